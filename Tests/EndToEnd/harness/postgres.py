"""A PostgreSQL of the tests' own, from Debian's packages, in a folder that is removed afterwards; on a socket there, or a host of a network."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.network import Host
from harness.process import free_port


def programs() -> Path | None:
    versions = sorted((int(path.name) for path in Path("/usr/lib/postgresql").glob("[0-9]*")), reverse=True)
    found = [Path(f"/usr/lib/postgresql/{version}/bin") for version in versions if version >= 14]
    return next((folder for folder in found if (folder / "initdb").exists()), None)


class Postgres:
    """A server that keeps what it has confirmed, whatever happens to its process."""

    def __init__(self, host: Host | None = None) -> None:
        binaries = programs()
        if binaries is None:
            pytest.skip("PostgreSQL 14 or newer is not installed. NOTHING WAS TRIED ON POSTGRESQL.")
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="troupe-pg-", dir="/tmp"))
        self.address = f"postgres://troupe@/postgres?host={self.folder}"
        self.port, self.places = 5432, "''"
        if host:
            self.port, self.places = free_port(), host.address
            self.address = f"postgres://troupe@{host.address}:{self.port}/postgres"
        # The server does not run as root.
        self.before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.before:
            shutil.chown(self.folder, pwd.getpwnam("postgres").pw_uid)
        self.run(binaries / "initdb", "-D", self.folder / "data", "-U", "troupe", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        if host:
            with (self.folder / "data/pg_hba.conf").open("a") as rules:
                rules.write("host all all 10.77.0.0/16 trust\n")
            self.before = [*host.entrance, *self.before]
        self.start()

    def run(self, *command: str | Path) -> str:
        done = subprocess.run([*self.before, *map(str, command)], cwd="/", capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, sql: str) -> list[list[str]]:
        """What a question to the database brings, as words."""
        found = self.run(self.binaries / "psql", "-h", self.folder, "-p", str(self.port), "-U", "troupe", "-d", "postgres", "-AtF", "\t", "-c", sql)
        return [line.split("\t") for line in found.splitlines()]

    def start(self) -> None:
        options = f"-c listen_addresses={self.places} -p {self.port} -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=400"
        self.run(self.binaries / "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start")

    def crash(self) -> None:
        """Ends it without a word to anybody; what it had confirmed it finds again in its log."""
        self.run(self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database."""
    server = Postgres()
    try:
        yield server.address
    finally:
        server.crash()
        server.remove()
