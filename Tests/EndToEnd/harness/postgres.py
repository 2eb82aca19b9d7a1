"""A PostgreSQL of the tests' own, from Debian's packages, on a socket in a folder that is removed afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path | None:
    versions = sorted((int(path.name) for path in Path("/usr/lib/postgresql").glob("[0-9]*")), reverse=True)
    found = [Path(f"/usr/lib/postgresql/{version}/bin") for version in versions if version >= 14]
    return next((folder for folder in found if (folder / "initdb").exists()), None)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database."""
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL 14 or newer is not installed. NOTHING WAS TRIED ON POSTGRESQL.")
    folder = Path(tempfile.mkdtemp(prefix="troupe-pg-", dir="/tmp"))
    # The server does not run as root.
    root = os.geteuid() == 0
    before = ["runuser", "-u", "postgres", "--"] if root else []
    if root:
        shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)

    def run(*command: str | Path) -> None:
        done = subprocess.run([*before, *map(str, command)], cwd="/", capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run(binaries / "initdb", "-D", folder / "data", "-U", "troupe", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=400"
        run(binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgres://troupe@/postgres?host={folder}"
        finally:
            run(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
