"""Forms of the choosing: candidates, the ballot's count, the decision, the due dates of the list, the survey."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from common.forms import DayInput
from goals.forms.fields import FigureInput
from goals.models import Plan
from livelihood.models import Ballot, Candidate, Decision, Survey
from livelihood.models.ten import MOST
from livelihood.ten.publishing import due_field
from livelihood.ten.ranking import Ranked, field_of
from projects.models import Project


class _Typed(forms.ModelForm):  # type: ignore[type-arg]
    """The service checks the whole record; here only what was typed becomes its fields."""

    def _post_clean(self) -> None:
        for name in self._meta.fields or ():
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])


class CandidateForm(_Typed):
    cost = FigureInput(label=_("估算投资（万元）"))

    class Meta:
        model = Candidate
        fields = (
            *("number", "name", "kind", "cost", "beneficiaries", "people", "proposer"),
            *("lead_office", "same_as", "justification"),
        )

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        units = Unit.objects.filter(path__startswith=plan.unit.path).order_by("path")
        self.fields["lead_office"].queryset = units  # type: ignore[attr-defined]
        works = Project.objects.counted().filter(plan=plan).order_by("order", "code")
        self.fields["same_as"].queryset = works  # type: ignore[attr-defined]
        self.fields["same_as"].help_text = _("计划已有的重点项目，公布后不另立新项目。")
        self.fields["justification"].widget = forms.Textarea(attrs={"rows": 4})


class BallotForm(_Typed):
    """Numbers of papers, then the votes of each candidate."""

    held_on = DayInput(label=_("大会日期"))

    class Meta:
        model = Ballot
        fields = (
            *("held_on", "rule_number", "entitled", "present", "issued", "returned"),
            *("valid", "spoiled", "limit", "seats"),
        )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **options: Any) -> None:
        super().__init__(*args, **options)
        self.candidates = candidates
        for candidate in candidates:
            self.fields[field_of(candidate)] = forms.IntegerField(
                label=candidate.name, min_value=0, max_value=MOST, initial=candidate.votes
            )

    def papers(self) -> Iterator[BoundField]:
        return (self[name] for name in self._meta.fields or ())

    def counts(self) -> Iterator[tuple[Candidate, BoundField]]:
        return ((candidate, self[field_of(candidate)]) for candidate in self.candidates)

    def votes(self) -> dict[int, int | None]:
        return {candidate.pk: self.cleaned_data.get(field_of(candidate)) for candidate in self.candidates}


class DecisionForm(_Typed):
    """The ten ticked, beginning with what the ballot recommends; a reason where they differ."""

    decided_on = DayInput(label=_("会议日期"))

    class Meta:
        model = Decision
        fields = ("decided_on", "number")

    def __init__(self, *args: Any, ranked: Sequence[Ranked], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ranked = ranked
        choices = [(each.candidate.pk, each.candidate.name) for each in ranked]
        decided = any(each.candidate.is_chosen for each in ranked)
        initial = [r.candidate.pk for r in ranked if (r.candidate.is_chosen if decided else r.recommended)]
        self.fields["chosen"] = forms.TypedMultipleChoiceField(
            label=_("确定"), choices=choices, coerce=int, initial=initial, required=False
        )
        for each in ranked:
            self.fields[self._reason(each)] = forms.CharField(
                label=_("与票荐结果不一致的理由"), required=False, max_length=2_000, initial=each.candidate.reason
            )

    @staticmethod
    def _reason(ranked: Ranked) -> str:
        return f"reason_{ranked.candidate.number}"

    def papers(self) -> Iterator[BoundField]:
        return (self[name] for name in self._meta.fields or ())

    def rows(self) -> Iterator[tuple[Ranked, bool, BoundField]]:
        ticked = {str(value) for value in self["chosen"].value() or ()}
        return ((r, str(r.candidate.pk) in ticked, self[self._reason(r)]) for r in self.ranked)

    def chosen(self) -> list[int]:
        return list(self.cleaned_data["chosen"])

    def reasons(self) -> dict[int, str]:
        return {each.candidate.pk: self.cleaned_data[self._reason(each)] for each in self.ranked}


class PublishForm(forms.Form):
    """By when each of those has to be done that the plan doesn't promise yet."""

    def __init__(self, *args: Any, chosen: Sequence[Candidate], latest: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.chosen = chosen
        for candidate in chosen:
            if candidate.same_as is None:
                self.fields[due_field(candidate)] = DayInput(label=_("完成时限"), initial=latest)

    def rows(self) -> Iterator[tuple[Candidate, BoundField | None]]:
        for candidate in self.chosen:
            name = due_field(candidate)
            yield candidate, self[name] if name in self.fields else None

    def dues(self) -> dict[int, date]:
        given = {c.pk: self.cleaned_data.get(due_field(c)) for c in self.chosen}
        return {pk: due for pk, due in given.items() if due is not None}


class SurveyForm(_Typed):
    day = DayInput(label=_("测评日"))

    class Meta:
        model = Survey
        fields = ("day", "issued", "returned", "valid", "satisfied", "fairly", "dissatisfied")
