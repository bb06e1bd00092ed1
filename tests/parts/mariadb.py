"""A real MariaDB on a free port of loopback, in a folder of its own."""

import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pymysql

USER = "beamgraph"
PASSWORD = "beam-graph"


class MariaDbServer:
    """Started with the block, ended with it."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        self.folder = folder
        self._options = options
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> "MariaDbServer":
        data = self.folder / "data"
        lower = [item for item in self._options if item.startswith("--lower")]
        common = ["--no-defaults", f"--datadir={data}", "--user=root", *lower]
        install = ["mariadb-install-db", *common, "--auth-root-authentication-method=normal"]
        subprocess.run([*install, "--skip-test-db"], check=True, capture_output=True)
        self._process = subprocess.Popen(
            [
                "mariadbd",
                *common,
                f"--socket={self.folder}/m.sock",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                f"--log-error={self.folder}/error.log",
                "--innodb-flush-log-at-trx-commit=0",
                *self._options,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        with self._root() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}'")
            cursor.execute(f"GRANT ALL ON *.* TO '{USER}'@'%'")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _root(self) -> pymysql.Connection:
        return pymysql.connect(unix_socket=f"{self.folder}/m.sock", user="root")

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "error.log").read_text())

    def connect(self, database: str) -> pymysql.Connection:
        """A client of one database, made if need be; zero dates may be written."""
        with self._root() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4")
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            database=database,
            charset="utf8mb4",
            sql_mode="NO_AUTO_VALUE_ON_ZERO",
            autocommit=True,
        )

    def url(self, database: str, password: str = PASSWORD) -> str:
        """The address a person would give to `beamgraph migrate`."""
        return f"mysql+pymysql://{USER}:{password}@127.0.0.1:{self.port}/{database}"
