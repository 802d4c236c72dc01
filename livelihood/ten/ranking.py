"""What the ballot says: ranks, who is recommended by it, and what a count of papers must satisfy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livelihood.models import Ballot, Candidate, Survey

Faults = dict[str, ValidationError]


@dataclass(frozen=True)
class Ranked:
    """A candidate in the order of votes. `recommended` is None where a tie at the cut leaves it open."""

    candidate: Candidate
    rank: int
    recommended: bool | None
    share: float

    @property
    def differs(self) -> bool:
        """Did the committee decide otherwise than the ballot?"""
        chosen = self.candidate.is_chosen
        return None not in (self.recommended, chosen) and self.recommended != chosen


def ranking(candidates: Iterable[Candidate], ballot: Ballot) -> list[Ranked]:
    """The candidates by votes, those with as many at the same rank."""
    counted = sorted(candidates, key=lambda c: (-(c.votes or 0), c.number))
    votes = [c.votes or 0 for c in counted]
    found = []
    for candidate in counted:
        own = candidate.votes or 0
        above, through = sum(v > own for v in votes), sum(v >= own for v in votes)
        recommended = True if through <= ballot.seats else False if above >= ballot.seats else None
        found.append(Ranked(candidate, above + 1, recommended, 100 * own / ballot.valid if ballot.valid else 0))
    return found


def field_of(candidate: Candidate) -> str:
    """Where a form asks for its votes, and a fault stands."""
    return f"votes_{candidate.number}"


def check_ballot(ballot: Ballot, candidates: Sequence[Candidate], votes: Mapping[int, int | None]) -> None:
    """Raises ValidationError by field, everything that is wrong at once."""
    faults = not_above(
        ballot,
        ("present", "entitled", _("实到不能多于应到。")),
        ("issued", "present", _("发出票不能多于实到。")),
        ("returned", "issued", _("收回票不能多于发出票。")),
    )
    if ballot.valid + ballot.spoiled != ballot.returned:
        faults["valid"] = _fault(_("有效票加废票应等于收回票。"), "sum")
    if ballot.limit > len(candidates):
        faults["limit"] = _fault(_("每票限选不能多于候选项目数。"), "above_whole")
    if ballot.seats > len(candidates):
        faults["seats"] = _fault(_("拟确定项数不能多于候选项目数。"), "above_whole")
    given = {candidate: votes.get(candidate.pk) for candidate in candidates}
    for candidate, count in given.items():
        if count is None:
            faults[field_of(candidate)] = _fault(_("请填写得票。"), "required")
        elif count > ballot.present:
            faults[field_of(candidate)] = _fault(_("得票不能多于实到人数。"), "above_present")
        elif not 0 <= count <= ballot.valid:
            faults[field_of(candidate)] = _fault(_("得票不能多于有效票。"), "above_valid")
    total, most = sum(count or 0 for count in given.values()), ballot.valid * ballot.limit
    if "limit" not in faults and total > most:
        said = _("得票合计 %(total)s，多于有效票 × 每票限选 = %(most)s。") % {"total": total, "most": most}
        faults["limit"] = _fault(said, "above_limit")
    raise_all(faults)


def check_survey(survey: Survey) -> None:
    """Raises ValidationError by field."""
    faults = not_above(
        survey,
        ("returned", "issued", _("收回票不能多于发出票。")),
        ("valid", "returned", _("有效票不能多于收回票。")),
    )
    if survey.satisfied + survey.fairly + survey.dissatisfied != survey.valid:
        faults.setdefault("valid", _fault(_("满意、基本满意、不满意之和应等于有效票。"), "sum"))
    raise_all(faults)


def not_above(record: Any, *rules: tuple[str, str, str | Promise]) -> Faults:
    """Each first field may not be above the second."""
    return {name: _fault(said, "above") for name, most, said in rules if getattr(record, name) > getattr(record, most)}


def raise_all(faults: Faults) -> None:
    if faults:
        raise ValidationError(faults)  # type: ignore[arg-type]


def _fault(said: Any, code: str) -> ValidationError:
    return ValidationError(said, code=code)
