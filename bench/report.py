"""Where the figures go: `bench/results.json`, the runs before it in `var/bench/`, the table in `docs/benchmarks.md`."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.harness import ROOT, Line

RESULTS, TABLE, KEPT = ROOT / "bench" / "results.json", ROOT / "docs" / "benchmarks.md", ROOT / "var" / "bench"
RUNS = 3
FIELDS = ("name", "ratio", "bound", "holds", "spread")
_INTRO = """# Benchmarks

Made by `make bench`; don't edit. Every figure is a ratio of two things measured in the same run, turn and turn about,
or a plain quantity where the name says its unit; each is the median of its repetitions, and its spread that of their
middle half, as a share of the median. *Runs* are the medians of the last runs of the whole bench, the newest last.
"""


def write(lines: Sequence[Line], *, whole: bool) -> list[Line]:
    """Keep the figures and make the table; what a run of some groups didn't measure stays as it was."""
    named = {line["name"]: line for line in lines}
    if not whole and RESULTS.exists():
        old = json.loads(RESULTS.read_text())
        named = {line["name"]: named.pop(line["name"], line) for line in old} | named
    found = list(named.values())
    plain = [{name: line.get(name) for name in FIELDS} | _error(line) for line in found]
    RESULTS.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
    if whole:
        _keep(plain)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(_table(plain))
    return found


def _error(line: Line) -> Line:
    return {"error": line["error"]} if "error" in line else {}


def _keep(lines: Sequence[Line]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{time.strftime('%Y%m%d-%H%M%S')}.json").write_text(json.dumps(lines, ensure_ascii=False))
    for old in sorted(KEPT.glob("*.json"))[:-RUNS]:
        old.unlink()


def _table(lines: Sequence[Line]) -> str:
    runs = [{each["name"]: each["ratio"] for each in json.loads(f.read_text())} for f in sorted(KEPT.glob("*.json"))]
    rows = ["| figure | ratio | bound | holds | spread | runs |", "| --- | ---: | ---: | --- | ---: | --- |"]
    for line in lines:
        earlier = " · ".join(_number(run[line["name"]]) for run in runs if line["name"] in run)
        said = [line["name"].replace("|", "\\|"), _number(line["ratio"]), _number(line["bound"])]
        said += ["yes" if line["holds"] else "**no**", "" if line["spread"] is None else f"{line['spread']:.0%}"]
        rows.append(f"| {' | '.join([*said, earlier])} |")
    failed = [f"- {line['name']}: `{line['error']}`" for line in lines if "error" in line]
    told = "\n".join(["", "Not measured:", "", *failed, ""]) if failed else ""
    return "\n".join([_INTRO, *_machine(), "", *rows, told])


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _machine() -> list[str]:
    """What it ran on, without naming the machine."""
    import django

    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    kernel = f"{platform.system()} {platform.release().partition('-')[0]}"
    return [
        f"- Machine: {os.cpu_count()} cores, {cpu}, {memory:.0f} GB; {kernel}",
        f"- Python {platform.python_version()}, Django {django.__version__}, {_server()}",
        f"- {time.strftime('%Y-%m-%d')}, commit {commit.strip() or 'unknown'}",
    ]


def _server() -> str:
    """The database's version, and the broker's where one answers."""
    from django.db import connection

    said: list[Any] = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            said.append(f"PostgreSQL {cursor.fetchone()[0].split()[0]}")
    except Exception:
        said.append("PostgreSQL")
    try:
        from bench import harness

        with harness.redis() as address:
            import redis

            said.append(f"Redis {redis.Redis.from_url(address).info('server')['redis_version']}")
    except Exception:
        said.append("no Redis")
    return ", ".join(said)
