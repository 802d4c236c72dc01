"""抽查核验: a random sample of approved figures, what was found of each, and what a unit is asked to correct.

Figures never wait for it: a finding changes no reading. One transaction each, with its audit event. What was sent
back is asked for until a correction is handed in, again when review returns that, and no more once one is approved or
the finding is put right.
"""

import random
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import StaleVersion
from common.text import require_visible
from goals.models import Plan, Reading, Section, SpotCheck, SpotCheckItem
from goals.models.reading import State
from goals.planning import require_planner
from goals.windows import locked_slots

MOST = 100


def candidates(plan: Plan, *, section: Section | None = None, unit: Unit | None = None) -> "QuerySet[Reading]":
    """The approved figures of the plan's year that a sample may be drawn from; what was superseded isn't among them."""
    targets = plan.targets.all() if section is None else plan.targets.filter(theme__section=section)
    found = Reading.objects.approved().filter(
        indicator__in=targets.values("indicator"), period__range=(plan.start, plan.end)
    )
    return found if unit is None else found.filter(unit=unit)


def sample(ids: Sequence[int], size: int, seed: str) -> list[int]:
    """The same ids, size and seed give the same sample."""
    return sorted(random.Random(seed).sample(sorted(ids), min(size, len(ids))))


@transaction.atomic
def draw(
    user: User,
    plan: Plan,
    size: int,
    *,
    section: Section | None = None,
    unit: Unit | None = None,
    seed: str = "",
    origin: str = "",
) -> SpotCheck:
    """Draw a sample. Raises ValidationError by field for a size out of bounds and where there is nothing to draw."""
    require_planner(user, plan.unit)
    if not 1 <= size <= MOST:
        raise ValidationError(
            {"size": ValidationError(_("抽查数应为 1 至 %(n)s。") % {"n": MOST}, code="out_of_range")}
        )
    ids = list(candidates(plan, section=section, unit=unit).values_list("pk", flat=True))
    if not ids:
        raise ValidationError({"size": ValidationError(_("这一范围内没有已通过的数据。"), code="empty")})
    seed = seed or secrets.token_hex(8)
    check = SpotCheck(plan=plan, drawn_by=user, drawn_at=clock.now(), seed=seed, drawn_from=len(ids))
    check.full_clean()
    check.save()
    chosen = sample(ids, size, seed)
    SpotCheckItem.objects.bulk_create(SpotCheckItem(spot_check=check, reading_id=pk) for pk in chosen)
    after = {
        "plan": plan.slug,
        "section": section.code if section else "",
        "unit": unit.code if unit else "",
        "seed": seed,
        "drawn_from": len(ids),
        "readings": chosen,
    }
    _tell(user, trail.Entry("draw", "spotcheck", str(check.pk), after=after), origin)
    return check


@transaction.atomic
def record(
    user: User, item: SpotCheckItem, finding: str, note: str, *, if_version: int | None = None, origin: str = ""
) -> SpotCheckItem:
    """Record what was found of a figure. The figure itself stays as it is, and counts as it did."""
    found = (
        SpotCheckItem.objects.select_for_update(of=("self",)).select_related("spot_check__plan__unit").get(pk=item.pk)
    )
    require_planner(user, found.spot_check.plan.unit)
    if if_version is not None and found.version != if_version:
        raise StaleVersion(_("这一项刚刚有人核验过，请刷新后再试。"))
    if finding not in SpotCheckItem.Finding.values:
        raise ValidationError({"finding": ValidationError(_("请选择核验结果。"), code="invalid_choice")})
    if finding != SpotCheckItem.Finding.TRUE:
        try:
            require_visible(note)
        except ValidationError as error:
            said = _("有误或退回更正须写明说明。")
            raise ValidationError({"note": ValidationError(said, code="required")}) from error
    before = _plain(found)
    found.finding, found.note, found.found_by, found.found_at = finding, note, user, clock.now()
    found.full_clean()
    found.save()
    _tell(user, trail.Entry("record_finding", "spotcheckitem", str(found.pk), before, _plain(found)), origin)
    return found


class Stage(TextChoices):
    """How far the correction of what was sent back has come."""

    ASKED = "asked", _("等待更正")
    IN_REVIEW = "in_review", _("更正待审核")
    RETURNED = "returned", _("更正被退回")
    CORRECTED = "corrected", _("已更正")


@dataclass(frozen=True)
class Request:
    """A figure sent back; of a correction that review returned, its reason. `is_locked`: its month is closed."""

    item: SpotCheckItem
    stage: Stage
    reason: str = ""
    is_locked: bool = False

    @property
    def is_open(self) -> bool:
        """Is it the unit's turn?"""
        return self.stage in (Stage.ASKED, Stage.RETURNED)


def requests_of(items: "QuerySet[SpotCheckItem]") -> list[Request]:
    """What became of those of the items that were sent back. Four queries at most."""
    later = Reading.objects.filter(
        indicator=OuterRef("reading__indicator"),
        unit=OuterRef("reading__unit"),
        period=OuterRef("reading__period"),
        revision__gt=OuterRef("reading__revision"),
    )
    corrected = later.filter(state__in=(State.APPROVED, State.SUPERSEDED))
    newest = later.exclude(state=State.DRAFT).order_by("-revision")
    found = list(
        items.filter(finding=SpotCheckItem.Finding.SENT_BACK)
        .annotate(corrected=Exists(corrected))
        .annotate(newest=Subquery(newest.values("state")[:1]), reason=Subquery(newest.values("reason")[:1]))
        .select_related("reading__indicator", "reading__unit", "found_by", "spot_check")
        .order_by("found_at", "pk")
    )
    locked = locked_slots(item.reading.slot for item in found) if found else set()
    return [_request(item, is_locked=item.reading.slot in locked) for item in found]


def _request(item: SpotCheckItem, *, is_locked: bool) -> Request:
    if item.corrected:  # type: ignore[attr-defined]
        return Request(item, Stage.CORRECTED, is_locked=is_locked)
    stages = {State.SUBMITTED: Stage.IN_REVIEW, State.RETURNED: Stage.RETURNED}
    stage = stages.get(item.newest, Stage.ASKED)  # type: ignore[attr-defined]
    reason = item.reason if stage == Stage.RETURNED else ""  # type: ignore[attr-defined]
    return Request(item, stage, reason, is_locked)


def requests_for(user: User) -> list[Request]:
    """What this reporter's units are asked to correct, oldest first. Four queries at most."""
    access = Access.of(user)
    if not access.has(Role.REPORTER):
        return []
    items = SpotCheckItem.objects.filter(reading__in=Reading.objects.visible_to(user))
    if not access.everywhere(Role.REPORTER):
        items = items.filter(reading__unit__in=access.unit_ids(Role.REPORTER))
    return [request for request in requests_of(items) if request.is_open]


@dataclass
class OfUnit:
    """How many of a unit's figures were looked at, and what was found; counts of items, no score."""

    unit: Unit
    findings: Counter[str] = field(default_factory=Counter)

    @property
    def drawn(self) -> int:
        return sum(self.findings.values())

    @property
    def open(self) -> int:
        return self.findings[""]


def by_unit(plan: Plan) -> list[OfUnit]:
    """The findings of all of a plan's samples, by unit. One query."""
    rows: dict[int, OfUnit] = {}
    items = SpotCheckItem.objects.filter(spot_check__plan=plan).select_related("reading__unit")
    for item in items.order_by("reading__unit__path"):
        unit = item.reading.unit
        rows.setdefault(unit.pk, OfUnit(unit)).findings[item.finding] += 1
    return list(rows.values())


def _plain(item: SpotCheckItem) -> dict[str, object]:
    return {"reading": item.reading_id, "finding": item.finding, "note": item.note}


def _tell(user: User, entry: trail.Entry, origin: str) -> None:
    trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), [entry])
