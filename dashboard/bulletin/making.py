"""Bulletins ordered, made step by step by a worker (or here, without a broker), kept, and handed out."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from io import BytesIO
from typing import IO, Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.commits import after_commit
from common.errors import Conflict, Forbidden
from dashboard.bulletin import pdf, sheet, templates, word
from dashboard.bulletin.facts import facts_of
from dashboard.models import Bulletin
from dashboard.permissions import may_make_bulletins
from goals.evidence import storage
from goals.models import Plan
from goals.progress import period_end

logger = logging.getLogger(__name__)
State = Bulletin.State
# Gathering, and a step for each file.
STEPS = 4
# A worker that hasn't been heard of for so long is taken for dead.
SILENCE = timedelta(seconds=90)
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def day_of(plan: Plan, month: int) -> date | None:
    """The day of a month's figures: its end, today in a month that still runs; None before it begins."""
    today = clock.today()
    if date(plan.year, month, 1) > today:
        return None
    return min(period_end(plan.year * 12 + month), today)


def order(user: User, plan: Plan, month: int, *, origin: str = "") -> Bulletin:
    """A new edition of the month's bulletin, made after the commit. Raises Forbidden, ValidationError, Conflict."""
    if not may_make_bulletins(Access.of(user), plan):
        raise Forbidden(_("通报由领导或计划管理员生成。"))
    as_of = day_of(plan, month)
    if as_of is None:
        raise ValidationError({"month": ValidationError(_("这个月还没有开始。"), code="too_early")})
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("unit", "profile").get(pk=plan.pk)
        earlier = Bulletin.objects.filter(plan=plan, month=month)
        if any(each.is_waiting and not is_stuck(each) for each in earlier):
            raise Conflict(_("这个月的通报正在生成，请稍候。"))
        made = Bulletin.objects.create(
            plan=plan,
            month=month,
            edition=max((each.edition for each in earlier), default=0) + 1,
            as_of=as_of,
            issued_on=clock.today(),
            template=templates.current_of(plan.unit),
            made_by=user,
            made_at=clock.now(),
        )
        told = {"plan": plan.slug, "month": month, "edition": made.edition, "as_of": as_of.isoformat()}
        actor = Access.of(user).actor(Role.PLANNER, Role.LEADER, origin=origin)
        trail.record(actor, [trail.Entry("make_bulletin", "bulletin", str(made.pk), after=told)])
        after_commit(start, str(made.pk))
    return made


def again(user: User, bulletin: Bulletin) -> None:
    """One that failed, or whose worker was lost, once more; what was gathered stays."""
    if not may_make_bulletins(Access.of(user), bulletin.plan):
        raise Forbidden(_("通报由领导或计划管理员生成。"))
    if bulletin.state != State.FAILED and not is_stuck(bulletin):
        raise Conflict(_("这份通报不需要重新生成。"))
    Bulletin.objects.filter(pk=bulletin.pk).update(state=State.QUEUED, done=0, problem="", updated_at=timezone.now())
    start(str(bulletin.pk))


def start(pk: str) -> None:
    """Ask a worker; without a broker, or where it does not answer, it is made here."""
    if not settings.REDIS_URL:
        make(pk)
        return
    try:
        current_app.send_task("dashboard.tasks.make_bulletin", args=[pk], retry=False)
    except Exception:
        logger.warning("the broker did not answer; the bulletin %s is made here", pk)
        make(pk)


def is_stuck(bulletin: Bulletin) -> bool:
    return bulletin.is_waiting and bulletin.updated_at < timezone.now() - SILENCE


def make(pk: str) -> None:
    """A worker's part: claim it and make it. Twice does no more than once; a dead worker's is taken over."""
    now = timezone.now()
    waits = Q(state=State.QUEUED) | Q(state=State.MAKING, updated_at__lt=now - SILENCE)
    claimed = Bulletin.objects.filter(waits, pk=pk)
    if not claimed.update(state=State.MAKING, done=0, updated_at=now, version=F("version") + 1):
        return
    bulletin = Bulletin.objects.select_related("plan__unit", "plan__profile", "template").get(pk=pk)
    try:
        _make(bulletin)
    except Exception as error:
        logger.exception("the bulletin %s failed", pk)
        said = _("生成时出错，请重新生成；仍然失败时请找系统管理员。")
        if isinstance(error, ValidationError):
            said = " ".join(error.messages)
        Bulletin.objects.filter(pk=pk).update(state=State.FAILED, problem=said, updated_at=timezone.now())


def _make(bulletin: Bulletin) -> None:
    if not bulletin.facts:
        plan = bulletin.plan
        facts = facts_of(plan, bulletin.month, bulletin.as_of, bulletin.issued_on, bulletin.edition)
        bulletin.facts = facts
        Bulletin.objects.filter(pk=bulletin.pk).update(facts=facts)
    _note(bulletin, 1)
    files: dict[str, Any] = {}
    for step, kind in enumerate(CONTENT_TYPES, start=2):
        content = rendered(bulletin, kind)
        _put(path_of(bulletin, kind), content)
        files[kind] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        _note(bulletin, step)
    files["pdf"]["not_drawn"] = pdf.not_drawn(bulletin.facts)
    bulletin.files, bulletin.state, bulletin.done, bulletin.problem = files, State.DONE, STEPS, ""
    bulletin.save(update_fields=["files", "state", "done", "problem"])


def _note(bulletin: Bulletin, done: int) -> None:
    Bulletin.objects.filter(pk=bulletin.pk).update(done=done, updated_at=timezone.now())


def rendered(bulletin: Bulletin, kind: str) -> bytes:
    """A file from what was gathered and nothing else."""
    facts: Mapping[str, Any] = bulletin.facts
    if kind == "docx":
        return word.written(templates.content_of(bulletin.template), facts)
    make_of: dict[str, Callable[[Mapping[str, Any]], bytes]] = {"pdf": pdf.written, "xlsx": sheet.written}
    return make_of[kind](facts)


def path_of(bulletin: Bulletin, kind: str) -> str:
    """Beside the evidence, outside of everything that is served as a file."""
    return f"bulletins/{bulletin.pk.hex}/{kind}"


def _put(path: str, content: bytes) -> None:
    if storage().exists(path):
        storage().delete(path)
    storage().save(path, ContentFile(content))


def opened(bulletin: Bulletin, kind: str) -> IO[bytes]:
    """A file of it as it was made; where it was lost, made again, which gives the same bytes."""
    try:
        found: IO[bytes] = storage().open(path_of(bulletin, kind))
        return found
    except FileNotFoundError:
        content = rendered(bulletin, kind)
    if hashlib.sha256(content).hexdigest() != bulletin.files[kind]["sha256"]:
        raise Conflict(_("文件已不在，重新生成的与原来的不一致。"))
    return BytesIO(content)


def name_of(bulletin: Bulletin, kind: str) -> str:
    title = bulletin.facts["sheet_title" if kind == "xlsx" else "title"]
    edition = f"（第{bulletin.edition}版）" if bulletin.edition > 1 else ""
    return f"{title}{edition}.{kind}"
