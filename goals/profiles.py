"""预警方案: new editions of the bands behind the colours, and the one that a draft is judged by.

A document names a band by where it begins and ends. Stored is one width a rule, so what is written must fit
together: from 0 without a gap, and 落后 beginning where 进度偏慢 ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from common.display import figure
from common.errors import Conflict
from goals.models import Plan, WarningProfile
from goals.models.target import Rule
from goals.planning import plain, require_planner, save_record
from goals.progress.terms import BANDED_RULES

WIDEST = 1000


@dataclass(frozen=True)
class BandRow:
    """A rule's bands as a document writes them, in points behind the pace; a share of the goal may widen them."""

    risk_from: Decimal | None
    risk_to: Decimal | None
    behind_from: Decimal | None
    share_of_goal: Decimal | None = None


def rows_of(profile: WarningProfile) -> dict[str, BandRow]:
    """A profile's bands by rule, from where to where."""
    found = {}
    for rule in BANDED_RULES:
        entry = profile.bands[rule]
        width, share = Decimal(str(entry["points"])), entry.get("share_of_goal")
        found[rule] = BandRow(Decimal(0), width, width, None if share is None else Decimal(str(share)))
    return found


def bands_of(rows: Mapping[str, BandRow]) -> dict[str, dict[str, str]]:
    """The stored form. Raises ValidationError keyed `rule.place`, naming every gap and every overlap."""
    errors: dict[str, ValidationError] = {}
    bands = {}
    for rule in BANDED_RULES:
        row = rows.get(rule, BandRow(None, None, None))
        faults = _faults(str(Rule(rule).label), row)
        errors |= {f"{rule}.{place}": fault for place, fault in faults.items()}
        if not faults:
            bands[rule] = {"points": f"{row.risk_to:f}"}
            if row.share_of_goal is not None:
                bands[rule]["share_of_goal"] = f"{row.share_of_goal:f}"
    if errors:
        raise ValidationError(errors)
    return bands


def _faults(rule: str, row: BandRow) -> dict[str, ValidationError]:
    written = {"risk_from": row.risk_from, "risk_to": row.risk_to, "behind_from": row.behind_from}
    faults = {
        place: ValidationError(_("%(rule)s：这里没有填写，区间有空档。") % {"rule": rule}, code="gap")
        for place, value in written.items()
        if value is None
    }
    for place, value in {**written, "share_of_goal": row.share_of_goal}.items():
        if value is not None and not 0 <= value <= WIDEST:
            said = _("%(rule)s：应在 0 至 %(most)s 之间。") % {"rule": rule, "most": WIDEST}
            faults[place] = ValidationError(said, code="out_of_range")
    if faults or row.risk_from is None or row.risk_to is None or row.behind_from is None:
        return faults
    if row.risk_from > 0:
        faults["risk_from"] = _gap(rule, _("序时正常"), _("进度偏慢"), Decimal(0), row.risk_from)
    if row.risk_to < row.risk_from:
        said = _("%(rule)s：“进度偏慢”的终点小于起点。") % {"rule": rule}
        faults["risk_to"] = ValidationError(said, code="backwards")
    elif row.behind_from > row.risk_to:
        faults["behind_from"] = _gap(rule, _("进度偏慢"), _("落后"), row.risk_to, row.behind_from)
    elif row.behind_from < row.risk_to:
        facts = {"rule": rule, "a": figure(row.behind_from, 4), "b": figure(row.risk_to, 4)}
        said = _("%(rule)s：“进度偏慢”与“落后”在 %(a)s 至 %(b)s 个百分点重叠。") % facts
        faults["behind_from"] = ValidationError(said, code="overlap")
    return faults


def _gap(rule: str, below: str, above: str, first: Decimal, last: Decimal) -> ValidationError:
    facts = {"rule": rule, "below": below, "above": above, "a": figure(first, 4), "b": figure(last, 4)}
    said = _("%(rule)s：“%(below)s”与“%(above)s”之间有空档（%(a)s 至 %(b)s 个百分点）。") % facts
    return ValidationError(said, code="gap")


@transaction.atomic
def new_edition(user: User, base: WarningProfile, rows: Mapping[str, BandRow], source: str) -> WarningProfile:
    """A profile's next edition, with the document that it comes from. Earlier editions stay as they are."""
    require_planner(user)
    bands = bands_of(rows)
    list(WarningProfile.objects.select_for_update().filter(code=base.code).order_by("pk"))
    newest = WarningProfile.objects.filter(code=base.code).aggregate(newest=Max("edition"))["newest"] or 0
    return save_record(user, WarningProfile(code=base.code, edition=newest + 1, source=source, bands=bands))


@transaction.atomic
def choose(user: User, plan: Plan, profile: WarningProfile) -> Plan:
    """The profile that a draft is judged by; once adopted a plan keeps its own."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_planner(user, plan.unit)
    if plan.state != Plan.State.DRAFT:
        raise Conflict(_("只有草案可以更换预警方案。"))
    before = plain(plan)
    plan.profile = profile
    return save_record(user, plan, before)


def editions(user: User) -> Sequence[WarningProfile]:
    """All editions, the newest of each code first, with the plans judged by them that the user sees."""
    seen = Prefetch("plans", queryset=Plan.objects.visible_to(user).defer("document"))
    return list(WarningProfile.objects.order_by("code", "-edition").prefetch_related(seen))
