"""The API with two web workers: lists against nested serializers and a plain view, 304 against a bare view, bulk
posts against COPY and upsert, tables against COPY TO."""

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PORT = 8_642
SECONDS, ROUNDS, CLIENTS = 1.5, 7, 3
POSTED = 5_000
EXPORTED = 100_000
FEW, MANY, MONTHS = 100_000, 2_600_000, 240
WITHIN = 1.3
Result = Callable[..., dict[str, Any]]


@contextmanager
def served(workers: int = 2) -> Iterator[int]:
    """The portal behind gunicorn; the port."""
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-w", str(workers), "-b", f"127.0.0.1:{PORT}"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings", "ALLOWED_HOSTS": "testserver,127.0.0.1"}
    server = subprocess.Popen([*command, "taoyan.wsgi"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _try in range(200):
            try:
                socket.create_connection(("127.0.0.1", PORT)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def ask(path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and headers of one request on a connection of its own; the body is read and thrown away."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", PORT)) as peer:
        peer.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Connection: close\r\n\r\n".encode())
        head = peer.recv(65_536)
        while peer.recv(65_536):
            pass
    return int(head[9:12]), head.partition(b"\r\n\r\n")[0]


def a_second(path: str, headers: dict[str, str], status: int = 200) -> float:
    """Requests a second, by three clients at once."""
    done, until = [0] * CLIENTS, time.perf_counter() + SECONDS

    def work(number: int) -> None:
        while time.perf_counter() < until:
            found = ask(path, headers)
            assert found[0] == status, (path, found)
            done[number] += 1

    begun = time.perf_counter()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)


def against(other: tuple[Any, ...], ours: tuple[Any, ...]) -> list[float]:
    """The other's requests a second as a multiple of ours, turn and turn about."""
    a_second(*other), a_second(*ours)
    return [a_second(*other) / a_second(*ours) for _round in range(ROUNDS)]


def fill(slug: str, targets: int, periods: int) -> None:
    """A plan with so many targets, each with offices, a programme, allocations, progress and a series."""
    from accounts.models import Post, Unit
    from common import clock
    from goals.models import Allocation, Indicator, Plan, Programme, Progress, Section, Target, Theme, WarningProfile
    from goals.models.target import TargetProgramme
    from goals.progress import month_key, period_end

    unit = Unit.objects.get(code="taoyan")
    units = list(Unit.objects.filter(parent=unit)[:3])
    plan = Plan.objects.create(slug=slug, name=slug, unit=unit, year=2022, profile=WarningProfile.objects.get())
    section = Section.objects.create(plan=plan, code="s", name="s")
    theme = Theme.objects.create(plan=plan, section=section, code="t", name="t")
    programme = Programme.objects.create(plan=plan, code="p", name="p")
    indicators = Indicator.objects.bulk_create(
        Indicator(code=f"{slug}.{n}", name=f"{slug} {n}", basis="amount", unit_of_measure="万元")
        for n in range(targets)
    )
    made = Target.objects.bulk_create(
        Target(
            **{"plan": plan, "theme": theme, "indicator": i, "basis": "amount", "code": i.code, "name": i.name},
            **{"rule": "total", "goal": Decimal(n + 1), "due": plan.end, "lead_office": units[0], "order": n},
            **{"responsible_post": Post.objects.first(), "quote": "全年实现规模以上工业产值增长 8 个百分点。" * 2},
        )
        for n, i in enumerate(indicators)
    )
    through = Target.cooperating_offices.through
    through.objects.bulk_create(through(target=t, unit=u) for t in made for u in units[1:])
    TargetProgramme.objects.bulk_create(TargetProgramme(target=t, programme=programme) for t in made)
    Allocation.objects.bulk_create(Allocation(target=t, unit=u, goal=Decimal("1.5")) for t in made for u in units)
    Progress.objects.bulk_create(
        Progress(
            **{"target": t, "slot": slot, "status": "on_track", "computed_at": clock.now(), "units_reported": 3},
            **{"as_of": date(2022, 10, 12) if slot == 0 else period_end(month_key(date(2020, 12, 31)) + slot)},
            **{name: Decimal(f"{n}.{slot:02}3456") for name in ("actual", "expected", "attainment", "gap")},
            **{"data_period": date(2022, 9, 30), "deviation": Decimal("1.25"), "units_expected": 3},
        )
        for n, t in enumerate(made)
        for slot in range(periods + 1)
    )


def token() -> dict[str, str]:
    from accounts.models import Token, User

    key = Token.issue(User.objects.get(username="leader"), name=f"bench {time.time()}", scope="read")[1]
    return {"Authorization": f"Token {key}"}


def lists(result: Result) -> list[dict[str, Any]]:
    """targets/ of 100, and 80 with a series of 24."""
    who = token()
    ours = ("/api/v1/targets/?plan=hundred", who)
    long = ("/api/v1/targets/?plan=series&expand=series", who)
    tag = dict(line.split(": ", 1) for line in ask("/api/v1/targets/?plan=hundred", who)[1].decode().split("\r\n")[1:])[
        "ETag"
    ]
    unchanged = (*ours[:1], who | {"If-None-Match": tag}, 304)
    nested, plain = ("/bench/nested/?plan=hundred", who), ("/bench/targets/?plan=hundred", who)
    rates = [
        ("nested ModelSerializers' requests a second against targets/ of 100", nested, ours, 1 / 2.2),
        ("a plain view's requests a second against targets/ of 100", plain, ours, 1 / 0.75),
        (
            "a plain view's requests a second against 80 targets with series of 24",
            ("/bench/targets/?plan=series&series=1", who),
            long,
            1 / 0.75,
        ),
        ("a bare view's requests a second against 304 of targets/", ("/bench/token/", who), unchanged, 1 / 0.6),
    ]
    return [result(name, against(other, own), round(bound, 3)) for name, other, own, bound in rates]


def posts(result: Result) -> list[dict[str, Any]]:
    """5,000 readings in one request against COPY and one upsert of the same rows: time, queries."""
    import orjson
    from django.db import connection
    from rest_framework.test import APIClient

    from accounts.models import Token, User
    from bench import imports
    from goals.progress import month_key, period_end

    user = User.objects.filter(username="bench").first() or imports.prepare()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Token " + Token.issue(user, name="bench", scope="write")[1])
    slots = [(n, period_end(month_key(month))) for n in range(imports.INDICATORS) for month in imports.MONTHS]
    rows = [
        {"indicator": f"import.{n}", "unit": "taoyan", "period": period.isoformat(), "value": i * 7 % 900 / 4}
        | {"state": "submitted", "note": "按月报送"}
        for i, (n, period) in enumerate(slots)
    ]
    body = orjson.dumps({"readings": rows})

    def post() -> float:
        begun = time.perf_counter()
        answer = client.post("/api/v1/readings/", body, content_type="application/json")
        taken = time.perf_counter() - begun
        assert answer.json()["created"] == POSTED, answer.content[:500]
        return taken

    imports.clear()
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        post()
    written, ratios, taken = imports.written(), [], []
    for _run in range(ROUNDS):
        imports.clear()
        plain = imports.copy_and_upsert(written)
        imports.clear()
        taken.append(post())
        ratios.append(taken[-1] / plain)
    imports.clear()
    return [
        result("queries of a bulk post of 5,000 readings", [len(asked)], 25),
        result("a bulk post of 5,000 readings, in seconds", taken, 4),
        result("that post against COPY and upsert of the same rows", ratios, 3),
    ]


def resident(parent: int) -> float:
    """The largest peak of the server's workers so far, in MB."""
    found = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True).stdout.split()
    peaks = [Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0] for pid in found]
    return max(int(peak) for peak in peaks) / 1024


def tables(result: Result, rows: int = EXPORTED) -> list[dict[str, Any]]:
    """A table of 100,000 readings against COPY TO of the same columns; what the worker's memory grows by."""
    from django.db import connection

    from goals.models import Reading

    who = token()
    period = Reading.objects.order_by("-period", "pk").values_list("period", flat=True)[rows - 1 : rows].get()
    query = f"/api/v1/readings/?format=csv&period_after={period}"
    fields = ", ".join(f"r.{f.column}" for f in Reading._meta.concrete_fields if f.column != "hands")
    copy = (
        f"COPY (SELECT i.code, u.code, {fields} FROM goals_reading r JOIN goals_indicator i ON i.id = r.indicator_id "
        f"JOIN accounts_unit u ON u.id = r.unit_id WHERE r.period >= '{period}' ORDER BY r.period DESC, r.id) "
        "TO STDOUT WITH (FORMAT csv)"
    )

    def plain() -> float:
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.copy_expert(copy, StringIO())
        return time.perf_counter() - begun

    def ours() -> float:
        begun = time.perf_counter()
        assert ask(query, who)[0] == 200
        return time.perf_counter() - begun

    with served(1) as pid:
        ask(f"/api/v1/readings/?page_size=1&period_after={period}", who)
        before = resident(pid)
        ours()
        grown = resident(pid) - before
        plain()
        ratios = [ours() / plain() for _run in range(5)]
    name = f"a table of {rows:,} readings against COPY TO of the same rows"
    return [result(name, ratios, round(1 / 0.3, 3)), result("what that adds to a worker's memory, in MB", [grown], 80)]


def grow(total: int) -> None:
    """So many readings in the table: of further indicators, for each month of 2000 to 2019."""
    from django.db import connection

    from accounts.models import Unit
    from goals.models import Indicator, Reading

    lacking = total - Reading.objects.count()
    if lacking <= 0:
        return
    begun = Indicator.objects.filter(code__startswith="grown.").count()
    made = Indicator.objects.bulk_create(
        [
            Indicator(code=f"grown.{n}", name=f"grown {n}", basis="amount")
            for n in range(begun, begun + lacking // MONTHS + 1)
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO goals_reading (version, updated_at, period, is_share, value, state, note, warnings, revision,
                entered_at, approved_at, hands, reason, indicator_id, unit_id)
            SELECT 1, now(), (date '2000-01-01' + (m + 1) * interval '1 month')::date - 1, false,
                (i.id * 7 + m) %% 900 * 10000, 'approved', '', '[]', 1, now(), now(), '[]', '', i.id, %s
            FROM goals_indicator i, generate_series(0, %s) m WHERE i.id = ANY (%s)
            """,
            [Unit.objects.get(code="taoyan").pk, MONTHS - 1, [each.pk for each in made]],
        )
        cursor.execute("VACUUM ANALYZE goals_reading")


def figures(result: Result) -> list[dict[str, Any]]:
    with served():
        found = lists(result)
    return found + posts(result) + tables(result)


def measured(_compare: Result, result: Result) -> None:
    """All of it with a street's readings, and again with a province's: as good, within 1.3 times."""
    fill("hundred", 100, 0)
    fill("series", 80, 24)
    grow(FEW)
    few = {line["name"]: line["ratio"] for line in figures(result)}
    grow(MANY)
    many = figures(lambda name, ratios, bound: {"name": name, "ratio": statistics.median(ratios)})
    for line in many:
        name = f"{line['name']}: with {MANY:,} readings, as a multiple of the figure with {FEW:,}"
        result(name, [line["ratio"] / few[line["name"]]], WITHIN)
