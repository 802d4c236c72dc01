"""How the portal is doing, for who keeps it running: what waits, what stands still, when what last ran.

Counts and moments alone: it shows no figure of a plan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event
from common import clock
from goals import recomputing
from goals.models import Delivery, RecomputeRun, Slot, Sweep
from goals.progress.books import books
from operations import broker
from operations.versions import Migrations, migrations

QUEUES: dict[str, str | Promise] = {
    "doorbell": gettext_lazy("审核后的重算"),
    "recompute": gettext_lazy("全部重算和夜间任务"),
    "documents": gettext_lazy("文档"),
    "mail": gettext_lazy("邮件和外发"),
}
# The rounds of periodic work by the names under which they are kept (`goals.slots`).
PERIODIC: dict[str, str | Promise] = {
    "renew": gettext_lazy("换日"),
    "remind": gettext_lazy("每日提醒"),
    "check": gettext_lazy("全部核对"),
    "propose_orders": gettext_lazy("督办建议"),
    "clear_imports": gettext_lazy("清理未确认的导入"),
    "clear_deliveries": gettext_lazy("清理外发记录"),
    "clear_evidence": gettext_lazy("清理无主佐证"),
}
BOOKS: dict[str, str | Promise] = {"target": gettext_lazy("目标"), "project": gettext_lazy("项目")}
MOST_SHOWN = 20
RUNS_SHOWN = 5
# What is still normal: several rounds of the sweep; a mark waits for one; a check is a night's; so is a backup.
SWEEP_LATE = timedelta(seconds=8 * settings.SWEEP_SECONDS)
MARK_LATE = timedelta(minutes=5)
CHECK_LATE = BACKUP_LATE = timedelta(hours=36)


@dataclass(frozen=True)
class Marks:
    """What of a book is due for recompute."""

    book: str
    word: str | Promise
    due: int
    oldest: datetime | None
    parked: int


@dataclass(frozen=True)
class Outbox:
    """Messages to hooks that haven't arrived: all, those that failed at least once, and those given up lately."""

    waiting: int
    failing: int
    expired: int
    oldest: datetime | None


@dataclass(frozen=True)
class Round:
    """A periodic task and its last round."""

    word: str | Promise
    slot: str
    begun: datetime | None
    ended: datetime | None


@dataclass(frozen=True)
class Backup:
    """The last backup, as the trail tells of it."""

    at: datetime
    file: str
    size: int
    sha256: str


@dataclass(frozen=True)
class State:
    """All that the page shows."""

    queues: list[tuple[str, str | Promise, int | None]]
    swept_at: datetime | None
    marks: list[Marks]
    outbox: Outbox
    rounds: list[Round]
    runs: Sequence[Any]
    check: Any
    backup: Backup | None
    migrations: Migrations

    @property
    def embedded(self) -> bool:
        """Does the one server do everything itself?"""
        return not settings.REDIS_URL

    @property
    def running(self) -> Any:
        return next((run for run in self.runs if run.is_running), None)

    @property
    def parked_marks(self) -> int:
        return sum(each.parked for each in self.marks)

    @property
    def due_marks(self) -> int:
        return sum(each.due for each in self.marks)

    @property
    def oldest_mark(self) -> datetime | None:
        return min((each.oldest for each in self.marks if each.oldest), default=None)


def state() -> State:
    """Asked in a number of queries that doesn't grow with what there is."""
    found = broker.depths()
    sweep = Sweep.objects.first()
    checked = recomputing.runs().filter(scope=RecomputeRun.Scope.VERIFY).exclude(state=RecomputeRun.State.RUNNING)
    return State(
        queues=[(name, QUEUES.get(name, name), depth) for name, depth in found.items()],
        swept_at=sweep.ran_at if sweep else None,
        marks=marks(),
        outbox=outbox(),
        rounds=_rounds(),
        runs=list(recomputing.runs()[:RUNS_SHOWN]),
        check=checked.first(),
        backup=_last_backup(),
        migrations=migrations(),
    )


def marks() -> list[Marks]:
    return [_marks_of(book) for book in books()]


def _marks_of(book: Any) -> Marks:
    waiting = Q(dirty_gen__gt=F("computed_gen"), parked=False)
    found = book.marks._default_manager.aggregate(
        due=Count("pk", filter=waiting),
        oldest=Min("marked_at", filter=waiting),
        parked=Count("pk", filter=Q(parked=True)),
    )
    return Marks(book=book.code, word=BOOKS.get(book.code, book.code), **found)


def parked_marks() -> Iterator[tuple[str | Promise, Any]]:
    """Some of the parked marks, with the word for what they are of."""
    for book in books():
        parked = book.marks._default_manager.filter(parked=True).order_by("marked_at")
        yield from ((BOOKS.get(book.code, book.code), mark) for mark in parked[:MOST_SHOWN])


def outbox() -> Outbox:
    waiting = Q(state=Delivery.State.PENDING)
    lately = Q(state=Delivery.State.EXPIRED, made_at__gt=timezone.now() - timedelta(days=7))
    found = Delivery.objects.filter(waiting | lately).aggregate(
        waiting=Count("pk", filter=waiting),
        failing=Count("pk", filter=waiting & Q(attempts__gt=0)),
        expired=Count("pk", filter=lately),
        oldest=Min("made_at", filter=waiting),
    )
    return Outbox(**found)


def _rounds() -> list[Round]:
    newest = Slot.objects.filter(task__in=list(PERIODIC)).values("task").annotate(last=Max("pk")).values("last")
    found = {slot.task: slot for slot in Slot.objects.filter(pk__in=newest)}
    rounds = []
    for task, word in PERIODIC.items():
        slot = found.get(task)
        rounds.append(Round(word, slot.slot, slot.begun_at, slot.ended_at) if slot else Round(word, "", None, None))
    return rounds


def _last_backup() -> Backup | None:
    event = Event.objects.filter(record="backup", action="backup").order_by("-sequence").first()
    if event is None:
        return None
    told = event.after
    return Backup(event.at, str(told.get("file", "")), int(told.get("bytes", 0)), str(told.get("sha256", "")))


def alarms(found: State) -> list[str]:
    """What somebody has to look at, in sentences; none: all is well."""
    now = timezone.now()
    said = []
    if found.migrations.missing:
        said.append(_("数据库缺少 %(n)s 个迁移，请运行 migrate。") % {"n": len(found.migrations.missing)})
    if found.migrations.unknown:
        said.append(_("数据库比程序新，请换用新版程序。"))
    if any(depth is None for _name, _word, depth in found.queues):
        said.append(_("Redis 没有答复；工作由清扫补做。"))
    if found.swept_at is None or found.swept_at < now - SWEEP_LATE:
        said.append(_("清扫停了：请看定时进程（beat）和工作进程（worker）。"))
    if found.oldest_mark is not None and found.oldest_mark < now - MARK_LATE:
        said.append(_("有待重算的目标等了 5 分钟以上。"))
    if found.parked_marks:
        said.append(_("%(n)s 项重算失败三次，已搁置。") % {"n": found.parked_marks})
    parked = sum(run.parked for run in found.runs)
    if parked:
        said.append(_("全部重算中有 %(n)s 块搁置。") % {"n": parked})
    if found.check is not None and found.check.differences:
        said.append(_("最近一次核对有 %(n)s 处不一致，已更正，请看日志。") % {"n": found.check.differences})
    if found.outbox.expired:
        said.append(_("%(n)s 条外发消息三天没有送达，不再发送。") % {"n": found.outbox.expired})
    if found.backup is None or found.backup.at < clock.now() - BACKUP_LATE:
        said.append(_("一天半以来没有备份。"))
    return said
