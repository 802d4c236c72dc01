"""PostgreSQL and Redis of the run's own, in its own folder, on free ports: only these are ever stopped or killed."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

_USER = "postgres"


class Missing(Exception):
    """A server's program isn't installed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgresql_programs() -> Path:
    """The folder of initdb and pg_ctl: the newest of Debian's, or that of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise Missing("initdb")
    return found[-1].parent if found else Path(str(on_path)).parent


def require() -> None:
    """Raises Missing where a server's program is."""
    postgresql_programs()
    if shutil.which("redis-server") is None:
        raise Missing("redis-server")


class PostgreSQL:
    """A cluster that writes through to the disk, as in service."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.folder, self.port = postgresql_programs(), folder / "postgresql", free_port()
        self.folder.mkdir()
        # PostgreSQL refuses to run as root.
        self.prefix = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
        if self.prefix:
            shutil.chown(self.folder, _USER, _USER)
        self.data = self.folder / "data"
        self._run("initdb", "-D", str(self.data), "-U", _USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        self.url = f"postgres://{_USER}@127.0.0.1:{self.port}/{_USER}"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=100"
        self._run(
            "pg_ctl", "-D", str(self.data), "-o", options, "-l", str(self.folder / "log"), "-w", "-t", "120", "start"
        )

    def stop_at_once(self) -> None:
        """As a power cut would: no checkpoint, connections cut."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.prefix, str(self.programs / program), *arguments]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)


class RedisServer:
    """One without persistence: what is queued is gone when it dies."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        for _try in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("redis-server does not answer")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)
