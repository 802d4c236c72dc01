"""`make bench`: how fast, as ratios of two things measured in the same run on PostgreSQL.

Prints them, writes them to `bench/results.json` (name, ratio (median), bound, holds, spread of the middle half of the
runs as a share of the median) and as a table to `docs/benchmarks.md`. Makes databases of its own on the server that
`BENCH_POSTGRES` names, and uses the Redis of `BENCH_REDIS`; where none answers it starts its own.

`ONLY=pages,scale make bench` measures some groups, `BENCH_SIZE=district` a smaller scene for `scale`; such a run
replaces the figures that it measured and leaves the others.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench import core, harness, imports, pages, registers, report, rest, scale

NAME = os.environ.get("BENCH_NAME", "taoyan_bench")
Group = Callable[[Callable[..., Any], Callable[..., Any]], Any]
# In this order, on one database with the demonstration: `rest` reads what `recompute` filled in.
GROUPS: Mapping[str, Group] = {
    "pages": pages.measured,
    "recompute": core.measured,
    "imports": imports.measured,
    "registers": registers.measured,
    "rest": rest.measured,
    "doorbell": core.ringing,
}
# In databases of its own, so in a process of its own; first, before anything has warmed the machine.
APART: Mapping[str, Group] = {"scale": scale.measured}
TODAY = "2022-10-12"


def demonstration(admin: str) -> None:
    """A database of the bench's own, with the demonstration in it."""
    from django.core.management import call_command

    harness.set_up(harness.make_database(admin, NAME), today=TODAY, DEMO="1")
    with open(os.devnull, "w") as nowhere:
        call_command("load_demo", stdout=nowhere)


def measure(name: str, group: Group) -> None:
    harness.attempt(name, lambda: group(harness.compare, harness.result))


def main() -> int:
    wanted = [each for each in os.environ.get("ONLY", "").split(",") if each]
    unknown = set(wanted) - {*GROUPS, *APART}
    if unknown:
        raise SystemExit(f"ONLY: no group {', '.join(sorted(unknown))}; there are {', '.join([*APART, *GROUPS])}")
    with harness.postgres() as admin:
        os.environ["BENCH_POSTGRES"] = admin
        for name, group in APART.items():
            if not wanted or name in wanted:
                measure(name, group)
        chosen = {name: group for name, group in GROUPS.items() if not wanted or name in wanted}
        if chosen:
            harness.attempt("demonstration", lambda: demonstration(admin))
        for name, group in chosen.items():
            measure(name, group)
    lines = report.write(harness.LINES, whole=not wanted)
    return 0 if all(line["holds"] for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
