"""`make fuzz`: schemathesis, every check, every operation as everybody, on SQLite and PostgreSQL.

Prints for each how many operations and requests there were and what failed; ends with 1 when anything did. Takes
FUZZ_EXAMPLES (random requests an operation besides those that cover its schema), FUZZ_SEED, FUZZ_DATABASES, FUZZ_WHO,
and FUZZ_PHASES (`examples,fuzzing,stateful` leaves out what covers the schema, which takes nine tenths of the time).
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from fuzz.portal import Portal, serving  # noqa: E402
from fuzz.report import Outcome, read  # noqa: E402

DATABASES = ("sqlite", "postgresql")
EVERYBODY = ("anonymous", "reporter", "reviewer", "leader", "planner", "feed", "read")
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "10")
PHASES = os.environ.get("FUZZ_PHASES", "examples,coverage,fuzzing,stateful")
SEED = os.environ.get("FUZZ_SEED", "2022")
MOST_SECONDS, MOST_TOLD, LAST_LINES = 3_600, 40, 12
_TRACEBACK = re.compile(r"^Traceback .*?(?=^\d{4}-\d\d-\d\d )", re.MULTILINE | re.DOTALL)


def main() -> int:
    # Who stops it stops the server and drops the database too.
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))
    failures = operations = requests = 0
    reasons: Counter[str] = Counter()
    for database in _chosen("FUZZ_DATABASES", DATABASES):
        with tempfile.TemporaryDirectory() as name, serving(database, Path(name)) as portal:
            for who in _chosen("FUZZ_WHO", EVERYBODY):
                found = fuzz(portal, who, Path(name))
                _tell(database, who, found)
                if any("not_a_server_error" in line for line in found.failures):
                    _tell_errors(Path(name) / "server.log")
                operations, requests = max(operations, found.operations), requests + found.requests
                failures += sum(found.failures.values())
                reasons += found.explained
    print(f"{operations} operations, {requests} requests, {failures} failures; refused with reason:")
    for reason, count in reasons.most_common():
        print(f"{count:>8}  {reason}")
    return 1 if failures else 0


def fuzz(portal: Portal, who: str, folder: Path) -> Outcome:
    """One run of schemathesis; each finds what those before it left."""
    report = folder / f"{who}.ndjson"
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(portal.schema), "--url", portal.url]
    command += ["--checks", "all", "--max-examples", EXAMPLES, "--seed", SEED, "--continue-on-failure"]
    command += ["--phases", PHASES]
    command += ["--suppress-health-check", "all", "--request-timeout", "60"]
    command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    if who != "anonymous":
        command += ["-H", f"Authorization: Token {portal.tokens[who]}"]
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=MOST_SECONDS
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout[-5_000:])
    return read(report)


def _tell(database: str, who: str, found: Outcome) -> None:
    counts = f"{found.operations:>4} operations {found.requests:>7} requests {found.failures.total():>5} failures"
    print(f"{database:<10} {who:<10} {counts} {found.explained.total():>6} refused with reason", flush=True)
    for line, count in found.failures.most_common(MOST_TOLD):
        print(f"    {count} x {line}", flush=True)


def _tell_errors(log: Path) -> None:
    """The ends of what the server said of its errors, each kind once."""
    found = _TRACEBACK.findall(log.read_text(errors="replace"))
    ends = {error.splitlines()[-1]: error.splitlines()[-LAST_LINES:] for error in found}
    print("\n".join(f"      {line}" for end in ends.values() for line in end), flush=True)


def _chosen(name: str, everything: Sequence[str]) -> Sequence[str]:
    chosen = os.environ.get(name, "")
    return chosen.split(",") if chosen else everything


if __name__ == "__main__":
    sys.exit(main())
