"""Settings: `.env`, then the environment, then options, each stronger than the last."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.engine import Target, embedded
from graph.problem import Problem
from migrators.staging import Access

GRAPH = re.compile(
    r"(bolt|neo4j)(\+s|\+ssc)?://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?(\?[\w.=&-]*)?"
)


class Settings(BaseSettings):
    """Everything that can be set. Each is read from BEAMGRAPH_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="BEAMGRAPH_", env_file=".env", extra="ignore")

    graph_url: str = Field(
        "", description="Bolt address of a Neo4j; empty for the embedded engine."
    )
    graph_user: str = Field("neo4j", description="User of that Neo4j.")
    graph_password: SecretStr = Field(SecretStr(""), description="Password of that Neo4j.")
    graph_database: str = Field("neo4j", description="Database of that Neo4j.")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("beamgraph"),
        description="Folder of snapshots, runs and the embedded engine's data.",
    )
    timeout: float = Field(30.0, gt=0, description="Seconds after which a read is ended.")
    host: str = Field("127.0.0.1", description="Address that serve listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that serve listens on.")
    allowed_hosts: str = Field(
        "",
        description="Names, separated by commas, by which a proxy or a page calls serve, beside "
        "those of loopback. With a port, only that port.",
    )
    allow_decisions: bool = Field(
        False, description="Whether whoever reaches serve may decide which records are one thing."
    )

    source_password: SecretStr = Field(
        SecretStr(""),
        description="Password of the database that is migrated, where its URL has none.",
    )
    source_password_file: Path | None = Field(
        None, description="File whose first line is that password; only its owner may read it."
    )
    source_defaults_file: Path | None = Field(
        None, description="Option file of MariaDB: host, port, user, password, TLS of [client]."
    )

    def access(self) -> Access:
        """What opens a source beside its address."""
        password = self.source_password.get_secret_value() or None
        return Access(password, self.source_password_file, self.source_defaults_file)

    def target(self) -> Target:
        """The graph these settings name; starts the embedded engine where it is meant."""
        if not self.graph_url:
            return replace(embedded.start(self.data_dir).target(), timeout=self.timeout)
        if GRAPH.fullmatch(self.graph_url) is None:
            # Not shown: a user and a password may stand in it.
            raise Problem(
                "not the address of a graph (bolt:// or neo4j://, a host, a port)",
                where="BEAMGRAPH_GRAPH_URL",
                todo="user and password are BEAMGRAPH_GRAPH_USER and BEAMGRAPH_GRAPH_PASSWORD",
            )
        return Target(
            self.graph_url,
            self.graph_user,
            self.graph_password.get_secret_value(),
            self.graph_database,
            self.timeout,
        )


def read_settings(**options: Any) -> Settings:
    """Settings with the options that were given.

    Raises
    ------
    Problem
        Naming the setting whose value cannot be.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        found = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise Problem(
            str(first["msg"]), where=f"BEAMGRAPH_{name.upper()}", todo="correct the setting"
        ) from error
    return found.model_copy(update={"data_dir": found.data_dir.expanduser().absolute()})
