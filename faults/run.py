"""`make faults`: servers of its own, the portal at the size of a district, and everything that goes wrong in a year.

Writes faults/results.json and prints a table; ends with 1 when something acknowledged was lost, something differed, a
request waited for Redis, or the negative control did not fail. Takes FAULTS_ONLY (cases with commas between them),
FAULTS_SIZE (`district`, or a number of targets), FAULTS_SECONDS, FAULTS_KILLS, FAULTS_TARGETS.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from redis import Redis

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from faults.portal import Portal  # noqa: E402
from faults.servers import Missing, PostgreSQL, RedisServer, require  # noqa: E402

RESULTS = ROOT / "faults" / "results.json"


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))
    try:
        require()
    except Missing as missing:
        print(f"faults need {missing}, which is not installed")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="taoyan-faults-"))
    # PostgreSQL's own user has to pass through.
    folder.chmod(0o755)
    postgresql, redis = PostgreSQL(folder), RedisServer(folder)
    portal = Portal(folder, postgresql.url, redis.url)
    try:
        postgresql.start()
        redis.start()
        os.environ.update(portal.environment)
        return _run(portal, postgresql, redis)
    finally:
        portal.stop_all()
        redis.wake()
        redis.kill()
        _stop_quietly(postgresql)
        shutil.rmtree(folder, ignore_errors=True)


def _run(portal: Portal, postgresql: PostgreSQL, redis: RedisServer) -> int:
    portal.manage("migrate", "-v", "0")
    # Django is set up only now, for the databases that there are now.
    from faults import inside
    from faults.cases import CASES, Stage

    size = os.environ.get("FAULTS_SIZE", "district")
    if size.isdigit():
        inside.fill(int(size))
    elif inside.knows_scenarios():
        portal.manage("make_scenario", size, "--seed", "2022")
    else:
        inside.fill(inside.DISTRICT)
    portal.token, slots = inside.writer(int(os.environ.get("FAULTS_TARGETS", "60")))
    portal.start_web()
    seconds, kills = float(os.environ.get("FAULTS_SECONDS", "60")), int(os.environ.get("FAULTS_KILLS", "10"))
    stage = Stage(portal, postgresql, redis, slots, seconds, kills)
    chosen = [name for name in os.environ.get("FAULTS_ONLY", "").split(",") if name] or list(CASES)
    print(f"{size}: {inside.targets()} targets, {len(slots)} of them written to", flush=True)
    results = []
    for name in chosen:
        begun = time.monotonic()
        outcome = CASES[name](stage)
        results.append(outcome.as_json() | {"size": size, "took": round(time.monotonic() - begun)})
        _tell(outcome.as_json())
        _empty(redis)
    if not os.environ.get("FAULTS_ONLY"):
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(result["holds"] for result in results) else 1


def _empty(redis: RedisServer) -> None:
    """What a killed worker left in the queues is not the next case's."""
    Redis.from_url(redis.url).flushall()


def _tell(found: dict[str, object]) -> None:
    told: Sequence[str] = ("acknowledged", "refused", "lost", "differences", "healed", "slowest_request", "note")
    said = ", ".join(f"{name.replace('_', ' ')} {found[name]}" for name in told)
    print(f"{'holds' if found['holds'] else 'FAILS':<6} {found['name']}: {said}", flush=True)


def _stop_quietly(postgresql: PostgreSQL) -> None:
    try:
        postgresql.stop_at_once()
    except subprocess.CalledProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
