"""A real Neo4j on this machine, from Maven Central (reference: engines, section 1).

For tests, benchmarks and whoever has Java 17 or 21 and Maven but no Docker. The
server is GPLv3: it is fetched by whoever runs it and never part of beamgraph.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graph.engine.bolt import Graph, Target
from graph.engine.bulk import ADMIN, REQUEST, admin_words
from graph.problem import Problem

VERSION = "[5.26,5.27)"
PASSWORD = "beamgraph"  # noqa: S105 - the server listens on loopback and holds no one's data
START_SECONDS = 120.0

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>beamgraph</groupId><artifactId>neo4j</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version>
  </dependency></dependencies>
</project>
"""

# Without the last line a server that nobody is connected to takes ten seconds to end.
_CONF = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.heap.max_size=1g
server.memory.pagecache.size=512m
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""

DRAFT, IMPORTED = "import-draft", "imported"
"""In a home: an import that is under way, and the stores of one that is whole."""

STORES = ("databases/neo4j", "transactions/neo4j")
"""What an import makes of the data of a home."""

_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")


def install(folder: Path) -> Path:
    """Fetch the server's jars once; return the folder that holds them."""
    library = folder / "lib"
    if library.exists():
        return library
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            raise Problem(
                f"{tool} is not installed", todo="install Java 17 and Maven, or use a Neo4j by URL"
            )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(_POM, encoding="utf-8")
    draft = folder / "lib.draft"
    shutil.rmtree(draft, ignore_errors=True)
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies"]
    command += [f"-DoutputDirectory={draft}", "-DincludeScope=runtime"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"Maven could not fetch Neo4j: {done.stdout[-500:]}", where=str(folder))
    draft.rename(library)
    return library


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and wait until its files are its own no more."""
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def admin(library: Path, home: Path, words: Sequence[str]) -> None:
    """Run `neo4j-admin` on a home whose server does not run.

    Raises
    ------
    Problem
        With what it says last.
    """
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    command = ["java", "-Xmx1g", "-cp", str(library / "*"), ADMIN, *words]
    done = subprocess.run(  # in its home: it writes a report of an import where it stands
        command, cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Problem(f"neo4j-admin: {' '.join(said[-3:])[-500:]}", where=str(home))


class Supervised:
    """A server that can be stopped, filled by an import, and started again.

    An import goes into a folder of its own, and takes the place of the database when it is whole:
    one that fails or is killed leaves the database as it was.
    """

    def __init__(self, library: Path, home: Path, port: int) -> None:
        self._library, self._home, self._port = library, home, port or free_port()
        (home / REQUEST).unlink(missing_ok=True)  # of one who asked a server that is gone
        adopt(home)
        shutil.rmtree(home / DRAFT, ignore_errors=True)
        self.process = launch(library, home, self._port)

    def wait(self) -> Target:
        """Where it answers, as soon as it does."""
        place = target(self._port)
        wait(self.process, place, self._home)
        return place

    def import_files(self, files: Path) -> None:
        """Put the files in place of all that the database holds; on a failure nothing changes."""
        draft = self._home / DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        stop(self.process)
        try:
            prepare(draft, self._port)
            admin(self._library, draft, admin_words(files))
            (draft / "data").rename(self._home / IMPORTED)
            adopt(self._home)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            self.process = launch(self._library, self._home, self._port)
            self.wait()


def adopt(home: Path) -> None:
    """Put an import that is whole in place of the database; goes on where it was cut short."""
    imported = home / IMPORTED
    for part in STORES:
        if (imported / part).exists():
            shutil.rmtree(home / "data" / part, ignore_errors=True)
            (home / "data" / part).parent.mkdir(parents=True, exist_ok=True)
            (imported / part).rename(home / "data" / part)
    shutil.rmtree(imported, ignore_errors=True)


@contextmanager
def running(library: Path, home: Path) -> Iterator[Target]:
    """A server on a free port of loopback that ends with the block."""
    port = free_port()
    process = launch(library, home, port)
    try:
        wait(process, target(port), home)
        yield target(port)
    finally:
        stop(process)


def target(port: int) -> Target:
    """Where a server that was launched on a port answers."""
    return Target(f"bolt://127.0.0.1:{port}", "neo4j", PASSWORD)


def launch(library: Path, home: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server in a home folder of its own; `wait` says when it answers."""
    fresh = not (home / "conf").exists()
    prepare(home, port)
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    classes = str(library / "*")
    if fresh:
        admin(library, home, ["dbms", "set-initial-password", PASSWORD])
    opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENS]
    words = ["java", "-Xmx1g", *opens, "-cp", classes]
    words += ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={home}"]
    words += [f"--config-dir={home / 'conf'}"]
    with (home / "logs" / "console.log").open("ab") as log:
        return subprocess.Popen(words, env=environment, stdout=log, stderr=log)


def prepare(home: Path, port: int) -> None:
    """Make the folders of a home, and its configuration."""
    for name in ("conf", "data", "logs", "import", "plugins", "run"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (home / "conf" / "neo4j.conf").write_text(_CONF.format(port=port), encoding="utf-8")


def wait(process: subprocess.Popen[bytes], place: Target, home: Path) -> None:
    """Return when the server answers; it takes about seven seconds."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            Graph(place).__exit__()
            return
        except Problem:
            time.sleep(0.25)
    raise Problem("Neo4j did not start", where=str(home / "logs" / "neo4j.log"))
