"""A portal of the fuzz run's own: a database that nobody else has, the demonstration in it, a server on a free port."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
ADMIN = os.environ.get("FUZZ_POSTGRES", "postgres://postgres@127.0.0.1/postgres")
NAME = f"taoyan_fuzz_{os.getpid()}"
THREADS = "4"


@dataclass(frozen=True)
class Portal:
    """Where it is, the file with its schema, and a token for everybody."""

    url: str
    schema: Path
    tokens: dict[str, str]


@contextmanager
def serving(database: str, folder: Path) -> Iterator[Portal]:
    """`database`: sqlite or postgresql."""
    if database == "sqlite":
        with _portal(f"sqlite:///{folder / 'fuzz.sqlite3'}", folder) as portal:
            yield portal
        return
    _tell(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    try:
        with _portal(ADMIN.rsplit("/", 1)[0] + "/" + NAME, folder) as portal:
            yield portal
    finally:
        _tell(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@contextmanager
def _portal(database_url: str, folder: Path) -> Iterator[Portal]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "taoyan.settings",
        "DATABASE_URL": database_url,
        "EVIDENCE_ROOT": str(folder / "evidence"),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "127.0.0.1",
        "TAOYAN_TODAY": "2022-10-12",
        "REDIS_URL": "",
        "EMAIL_URL": "",
        "DEMO": "1",
        "DEBUG": "",
        "HTTPS": "0",
        # Nobody is kept waiting: it is answers that are looked at.
        "THROTTLE_TOKEN": "1000000/minute",
        "THROTTLE_ADDRESS": "1000000/minute",
    }
    schema = folder / "schema.json"
    for command in ("migrate -v 0", "load_demo", f"spectacular --format openapi-json --file {schema}"):
        _run([sys.executable, "manage.py", *command.split()], environment)
    tokens = json.loads(_run([sys.executable, "-m", "fuzz.tokens"], environment))
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    server_command = [
        "-m",
        "gunicorn",
        "-c",
        "scripts/gunicorn.conf.py",
        "--threads",
        THREADS,
        "-b",
        url[7:],
        "taoyan.wsgi",
    ]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, *server_command], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(url, server)
        yield Portal(url, schema, tokens)
    finally:
        server.terminate()
        server.wait()


def _run(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _tell(*statements: str) -> None:
    connection = psycopg2.connect(ADMIN)
    connection.autocommit = True
    for statement in statements:
        connection.cursor().execute(statement)
    connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _try in range(300):
        if server.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            urllib.request.urlopen(url + "/healthz", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
