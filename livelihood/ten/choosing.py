"""How the ten are chosen: candidates, the ballot's count, the committee's decision. One transaction each, with its
audit event; each step closes the one before."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import CleanText, require_visible
from goals.models import Plan
from goals.permissions import may_plan
from goals.planning import plain
from livelihood.models import Ballot, Candidate, Decision
from livelihood.ten.ranking import check_ballot, raise_all, ranking

MOST_CANDIDATES = 100


def locked(user: User, plan_id: int) -> Plan:
    """The plan under lock, open and the user's to keep. Raises Forbidden or Conflict."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit", "profile").get(pk=plan_id)
    if not may_plan(Access.of(user), plan.unit):
        raise Forbidden(_("只有计划管理员可以登记民生实事的候选、票荐和确定。"))
    if plan.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    return plan


def ballot_of(plan: Plan) -> Ballot | None:
    return Ballot.objects.filter(plan=plan).first()


def decision_of(plan: Plan) -> Decision | None:
    return Decision.objects.filter(plan=plan).first()


def tell(user: User, entry: trail.Entry, origin: str) -> None:
    trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), [entry])


@transaction.atomic
def save_candidate(user: User, candidate: Candidate, *, origin: str = "") -> Candidate:
    """Until the assembly has voted on it."""
    plan = candidate.plan = locked(user, candidate.plan_id)
    _require_open(plan)
    old = Candidate.objects.filter(plan=plan, pk=candidate.pk).first() if candidate.pk else None
    if old is None and candidate.pk:
        raise Conflict(_("这个候选项目已不存在。"))
    if old is None and plan.candidates.count() >= MOST_CANDIDATES:
        raise Conflict(_("候选项目最多 %(n)s 个。") % {"n": MOST_CANDIDATES})
    _check_same(candidate)
    if not candidate.lead_office_id or not candidate.lead_office.path.startswith(plan.unit.path):
        raise _refuse("lead_office", _("牵头单位应属于本街道。"), "outside")
    candidate.full_clean()
    candidate.save()
    tell(user, trail.Entry("save", "candidate", str(candidate.pk), plain(old) if old else {}, plain(candidate)), origin)
    return candidate


def _check_same(candidate: Candidate) -> None:
    """A candidate that the plan promises already becomes that work, not another one beside it."""
    same = candidate.same_as
    if same is None:
        return
    if same.plan_id != candidate.plan_id or not same.is_counted:
        raise _refuse("same_as", _("只能是同一计划中的重点项目。"), "invalid_choice")
    if Candidate.objects.filter(same_as=same).exclude(pk=candidate.pk).exists():
        raise _refuse("same_as", _("另一个候选项目已指向这个项目。"), "repeated")


@transaction.atomic
def delete_candidate(user: User, candidate: Candidate, *, origin: str = "") -> None:
    """Until the assembly has voted on it."""
    _require_open(locked(user, candidate.plan_id))
    found = Candidate.objects.filter(pk=candidate.pk).first()
    if found is None:
        raise Conflict(_("这个候选项目已不存在。"))
    entry = trail.Entry("delete", "candidate", str(found.pk), before=plain(found))
    found.delete()
    tell(user, entry, origin)


def _require_open(plan: Plan) -> None:
    if ballot_of(plan) is not None:
        raise Conflict(_("票荐已登记，候选项目不能再改。"))


@transaction.atomic
def record_ballot(user: User, ballot: Ballot, votes: Mapping[int, int | None], *, origin: str = "") -> Ballot:
    """The count of the paper ballot: `votes` by candidate. Corrected until the committee has decided."""
    plan = ballot.plan = locked(user, ballot.plan_id)
    if decision_of(plan) is not None:
        raise Conflict(_("党工委已经确定，票荐结果不能再改。"))
    candidates = list(plan.candidates.order_by("number"))
    if not candidates:
        raise Conflict(_("还没有候选项目。"))
    ballot.full_clean(exclude=["plan"])
    _check_day("held_on", ballot.held_on, plan)
    check_ballot(ballot, candidates, votes)
    old = ballot_of(plan)
    if old is not None and old.pk != ballot.pk:
        raise Conflict(_("票荐已经登记。"))
    before = plain(old) | {"votes": {str(c.number): c.votes for c in candidates}} if old else {}
    ballot.save()
    for candidate in candidates:
        candidate.votes = votes[candidate.pk]
        candidate.save(update_fields=["votes"])
    after = plain(ballot) | {"votes": {str(c.number): c.votes for c in candidates}}
    tell(user, trail.Entry("save", "ballot", str(ballot.pk), before, after), origin)
    return ballot


@transaction.atomic
def decide(
    user: User, decision: Decision, chosen: Sequence[int], reasons: Mapping[int, str], *, origin: str = ""
) -> Decision:
    """What the working committee decided: `chosen` candidates, and for each that differs from the ballot why.

    Corrected until it is published.
    """
    plan = decision.plan = locked(user, decision.plan_id)
    ballot, old = ballot_of(plan), decision_of(plan)
    if ballot is None:
        raise Conflict(_("大会票荐之后才由党工委确定。"))
    if old is not None and (old.published_on is not None or old.pk != decision.pk):
        raise Conflict(_("民生实事清单已经公布。") if old.published_on else _("党工委的决定已经登记。"))
    decision.full_clean(exclude=["plan"])
    _check_day("decided_on", decision.decided_on, plan)
    if decision.decided_on < ballot.held_on:
        raise _refuse("decided_on", _("党工委会议不能早于大会票荐。"), "before_ballot")
    candidates = list(plan.candidates.order_by("number"))
    before = plain(old) | _decided(candidates) if old else {}
    _set_chosen(candidates, ballot, set(chosen), reasons)
    decision.save()
    for candidate in candidates:
        candidate.save(update_fields=["is_chosen", "reason", "place"])
    after = plain(decision) | _decided(candidates)
    tell(user, trail.Entry("determine", "decision", str(decision.pk), before, after), origin)
    return decision


def _set_chosen(candidates: Sequence[Candidate], ballot: Ballot, chosen: set[int], reasons: Mapping[int, str]) -> None:
    """Raises ValidationError: too few or too many, or no reason where it differs."""
    if chosen - {candidate.pk for candidate in candidates}:
        raise _refuse("chosen", _("只能从候选项目中确定。"), "invalid_choice")
    if len(chosen) != ballot.seats:
        named = {"n": ballot.seats, "m": len(chosen)}
        raise _refuse("chosen", _("应确定 %(n)s 项，选了 %(m)s 项。") % named, "count")
    faults: dict[str, ValidationError] = {}
    places = count(1)
    for ranked in ranking(candidates, ballot):
        candidate = ranked.candidate
        candidate.is_chosen = candidate.pk in chosen
        candidate.place = next(places) if candidate.is_chosen else None
        candidate.reason = reasons.get(candidate.pk, "").strip() if ranked.differs else ""
        try:
            if ranked.differs:
                CleanText()(require_visible(candidate.reason))
        except ValidationError as error:
            said: Any = _("与票荐结果不一致，请写明理由。") if error.code == "blank" else error.messages[0]
            faults[f"reason_{candidate.number}"] = ValidationError(said, code="required")
    raise_all(faults)


def _decided(candidates: Sequence[Candidate]) -> dict[str, Any]:
    return {
        "chosen": [c.number for c in candidates if c.is_chosen],
        "reasons": {str(c.number): c.reason for c in candidates if c.reason},
    }


def _check_day(field: str, day: date, plan: Plan) -> None:
    """In the year before the plan's, or in its own, and not to come."""
    if day > clock.today():
        raise _refuse(field, _("日期不能晚于今天。"), "future")
    if day.year not in (plan.year - 1, plan.year):
        raise _refuse(field, _("日期应在计划年度或上一年之内。"), "outside_plan")


def _refuse(field: str, said: Any, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(said, code=code)})
