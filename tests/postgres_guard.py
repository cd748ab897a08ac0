"""Run one throw-away PostgreSQL for as long as somebody holds this process's stdin open.

    python -I postgres_guard.py INSTALL DIRECTORY

INSTALL holds `bin`, `lib` and `share`; DIRECTORY is new, empty and ours: it is gone at the end.

The tests cannot promise to end tidily, so the server belongs to this process instead: when they
die, by SIGKILL too, their end of the pipe closes, and the server is stopped and its files removed.
If this process is the one that is killed, Linux stops the server (PDEATHSIG).

As root it works as `nobody`, since PostgreSQL refuses root, and from a copy, since `nobody` cannot
read an environment below a home of mode 700. Nothing outside DIRECTORY is changed.
"""

import ctypes
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>

CLUSTER = (
    "--username=postgres",
    "--auth=trust",  # whoever can walk to the socket: nobody else
    "--encoding=UTF8",
    "--no-locale",
    "--no-sync",
    "--no-instructions",
)

SETTINGS = {
    "listen_addresses": "",  # a unix socket only
    "max_connections": "100",
    "fsync": "off",  # the data is thrown away: survive nothing, quickly
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # it would hold a template while a database is made from it
}


class Account(TypedDict, total=False):
    """Whom a child process works as; empty means as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def copy_of(install: Path, directory: Path) -> Path:
    """Copy what a server needs of `install` below `directory`, readable to all."""
    package = install.parent
    copy = directory / "copy"
    # Side by side, as in the wheel: the programs find their libraries by a relative path.
    parts = [install / "bin", install / "lib" / "postgresql", install / "share"]
    for part in [*parts, *package.parent.glob(f"{package.name}.libs")]:
        shutil.copytree(part, copy / part.relative_to(package.parent), symlinks=True)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    return copy / install.relative_to(package.parent)


def dies_with_us() -> Callable[[], None] | None:
    """Return what a child calls first on Linux: it stops at once when we die."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def serve(install: Path, directory: Path) -> int:
    """Make a cluster in `directory` and run it until stdin closes; return an exit status."""
    account: Account = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)
        install = copy_of(install, directory)
    data = directory / "data"
    environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
    initdb: list[str | Path] = [install / "bin" / "initdb", f"--pgdata={data}", *CLUSTER]
    subprocess.run(  # noqa: S603 - the command is ours
        initdb,
        **account,
        cwd=directory,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    log = (directory / "log").open("wb+")
    with (
        log,
        subprocess.Popen(  # noqa: S603 - the command is ours
            [
                install / "bin" / "postgres",
                "-D",
                data,
                f"--unix_socket_directories={directory}",
                *options,
            ],
            **account,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_us(),  # noqa: PLW1509 - this process has one thread
        ) as server,
    ):
        while server.poll() is None:
            if select.select([sys.stdin], [], [], 0.5)[0]:
                server.send_signal(signal.SIGQUIT)
                server.wait()
                return 0
        log.seek(0)
        sys.stderr.write(log.read().decode(errors="replace"))
    return 1


def main() -> int:
    """Serve, and leave nothing behind."""
    install, directory = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        return serve(install, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
