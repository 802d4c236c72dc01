"""Loading a plan's YAML form: all or nothing, twice the same as once, and every mistake named with entry and field."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common.dates import parse_date
from common.figures import parse_figure
from common.text import LONGEST_TEXT, CleanText
from goals import measures
from goals.models import (
    Indicator,
    Plan,
    Programme,
    ReportingUnit,
    Section,
    Target,
    TargetProgramme,
    Theme,
    WarningProfile,
)
from goals.models.target import FIXED, RULES_BY_BASIS, TERMS, Comparator, Rule
from goals.planning import check_target, require_planner
from goals.progress.recompute import mark

BASIS_BY_RULE = {
    Rule.TOTAL: "amount",
    Rule.DECLINE: "amount",
    Rule.GROWTH: "rate",
    Rule.LEVEL: "level",
    Rule.SHARE: "share",
    Rule.MILESTONES: "amount",
}
# `reach` and `maintain` keep the printed wording; the arithmetic knows them as at least.
COMPARATORS = {
    **{c: c for c in Comparator.values},
    "reach": Comparator.AT_LEAST,
    "maintain": Comparator.AT_LEAST,
}
WHOLE_UNITS = frozenset("家个只处景味场")
LONGEST_DOCUMENT = 500_000
# Whose plan a file is unless somebody says otherwise.
PLAN_UNIT = ("taoyan", "陶堰街道")


class PlanFileError(Exception):
    """What is wrong with a plan file; `mistakes` name entry and field."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass
class Report:
    """What loading changed, or with a dry run would change."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def is_unchanged(self) -> bool:
        return not (self.created or self.changed)


class _DryRun(Exception):
    """Rolls a dry run back."""


def load_plan(path: Path, *, unit: str = "", dry_run: bool = False) -> Report:
    """Load the file for the unit of this code; raises PlanFileError, having stored nothing, when anything is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PlanFileError([f"{path.name}: 不是 YAML / not YAML: {error}"]) from error
    except OSError as error:
        raise PlanFileError([f"{path.name}: {error.strerror}"]) from error

    def beside(name: str) -> str:
        return (path.parent / Path(name).name).read_text(encoding="utf-8")

    return _run(_Loader(_read(text, path.name), beside, unit=unit), dry_run=dry_run)


def load_plan_text(
    user: User, text: str, document: str, *, unit: str = "", dry_run: bool = False, origin: str = ""
) -> Report:
    """Load what a planner uploaded: the YAML form, and the source document's text. Raises as `load_plan` does."""

    def uploaded(name: str) -> str:
        if not document:
            raise OSError
        return document

    loader = _Loader(_read(text, "YAML"), uploaded, unit=unit, user=user, origin=origin)
    return _run(loader, dry_run=dry_run)


def _run(loader: "_Loader", *, dry_run: bool) -> Report:
    try:
        with transaction.atomic():
            loader.run()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return loader.report


class _Plain(yaml.SafeLoader):
    """YAML without aliases: a few lines of them would unfold into billions of entries."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("不支持别名 / no aliases")
        return super().compose_node(parent, index)


def _read(text: str, name: str) -> dict[str, Any]:
    try:
        data = yaml.load(text, Loader=_Plain)
    except Exception as error:  # a foreign file fails in any way
        why = (str(error).splitlines() or [""])[0][:200]
        raise PlanFileError([f"{name}: 不是 YAML / not YAML: {why}"]) from error
    if not isinstance(data, dict) or not isinstance(data.get("plan"), dict):
        raise PlanFileError([f"{name}: plan: 缺少 / missing"])
    return data


class _Loader:
    """One run over one file. Mistakes are collected, so that all of them are told at once."""

    def __init__(
        self,
        data: dict[str, Any],
        document: Callable[[str], str],
        *,
        unit: str = "",
        user: User | None = None,
        origin: str = "",
    ) -> None:
        self.data, self.unit, self.user, self.origin = data, unit, user, origin
        self.report, self.mistakes = Report(), []  # type: tuple[Report, list[str]]
        self.seen: set[str] = set()
        self.document = self._document(document)

    def run(self) -> None:
        plan = self._plan()
        themes = self._headings(plan)
        loaded = [self._target(plan, theme, entry, order) for theme, entry, order in self._entries(themes)]
        targets = {t.code: t for t in loaded if t is not None}
        self._programmes(plan, themes, targets)
        if self.mistakes:
            raise PlanFileError(self.mistakes)
        self._gone(plan, themes, targets)
        if not self.report.is_unchanged:
            mark([t.pk for t in targets.values()], "load_plan")
            after = {"created": self.report.created, "changed": self.report.changed, "gone": self.report.gone}
            actor = Access.of(self.user).actor(Role.PLANNER, origin=self.origin) if self.user else trail.Actor()
            trail.record(actor, [trail.Entry("load_plan", "plan", plan.slug, after=after)])

    def _mistake(self, entry: object, name: str, message: str) -> None:
        self.mistakes.append(f"{entry}: {name}: {message}")

    def _text(self, entry: dict[str, Any], name: str, of: object, *, required: bool = True) -> str:
        value = entry.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self._mistake(of, name, "缺少或不是文字 / missing or not text")
            return ""
        return value if self._is_clean(value, of, name) else ""

    def _is_clean(self, value: str, of: object, name: str, *, longest: int = LONGEST_TEXT) -> bool:
        try:
            CleanText(longest)(value)
        except ValidationError as error:
            self._mistake(of, name, error.messages[0])
            return False
        return True

    def _document(self, read: Callable[[str], str]) -> str:
        source = self.data["plan"].get("source")
        if not isinstance(source, str):
            return ""
        try:
            text = read(source).rstrip("\n")
        except (OSError, ValueError):
            self._mistake("plan", "source", f"读不到 {source[:100]} / cannot be read")
            return ""
        return text if self._is_clean(text, "plan", "source", longest=LONGEST_DOCUMENT) else ""

    def _plan(self) -> Plan:
        entry = self.data["plan"]
        slug, name = self._text(entry, "code", "plan"), self._text(entry, "title", "plan")
        year = entry.get("year")
        if isinstance(year, bool) or not isinstance(year, int) or not 2001 <= year <= 2099:
            self._mistake("plan", "year", "应为 2001 至 2099 的年份 / not a year")
        if self.mistakes:
            raise PlanFileError(self.mistakes)
        unit = self._unit()
        if self.user is not None:
            require_planner(self.user, unit)
        plan = Plan.objects.filter(slug=slug).first() or Plan(slug=slug, unit=unit)
        if plan.unit_id != unit.pk:
            raise PlanFileError([f"plan: code: 是其他单位的计划 / {slug} is another unit's plan"])
        if plan.pk is None:
            plan.profile = WarningProfile.objects.get(code="default", edition=1)
        elif plan.is_closed:
            raise PlanFileError([f"plan: state: 计划已交账，只读 / {slug} is closed"])
        url = self._text(entry, "source_url", "plan", required=False)
        self._save(plan, slug, name=name, year=year, document=self.document, document_url=url)
        if self.mistakes:
            raise PlanFileError(self.mistakes)
        return plan

    def _unit(self) -> Unit:
        """The unit named; without a name the default one, made when it isn't there yet."""
        code = self.unit or PLAN_UNIT[0]
        unit = Unit.objects.filter(code=code).first()
        if unit is None and self.unit:
            raise PlanFileError([f"plan: unit: 没有单位 {_short(code)} / no such unit"])
        if unit is None:
            unit = Unit(code=code, name=PLAN_UNIT[1], kind=Unit.Kind.SUBDISTRICT)
            unit.save()
            self.report.created.append(f"unit {unit.code}")
        return unit

    def _headings(self, plan: Plan) -> dict[str, Theme]:
        themes: dict[str, Theme] = {}
        for order, entry in enumerate(self._list(self.data, "sections", "plan"), start=1):
            code = self._code(entry, "sections")
            section = Section.objects.filter(plan=plan, code=code).first() or Section(plan=plan, code=code)
            heading = self._text(entry, "heading", code, required=False)
            self._save(section, code, name=self._text(entry, "label", code), heading=heading, order=order)
            for place, inner in enumerate(self._list(entry, "themes", code), start=1):
                own = self._code(inner, code)
                theme = Theme.objects.filter(plan=plan, code=own).first() or Theme(plan=plan, code=own)
                paragraph = self._paragraph(inner.get("paragraph"), own)
                name = self._text(inner, "name", own)
                self._save(theme, own, section=section, name=name, paragraph=paragraph, order=place)
                theme.entries = self._list(inner, "targets", own, required=False)  # type: ignore[attr-defined]
                themes[own] = theme
        return themes

    def _list(self, entry: dict[str, Any], name: str, of: object, *, required: bool = True) -> list[dict[str, Any]]:
        value = entry.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self._mistake(of, name, "缺少或不是清单 / missing or not a list of entries")
            return []
        return value

    def _code(self, entry: dict[str, Any], of: object) -> str:
        code = self._text(entry, "code", of)
        if code and code in self.seen:
            self._mistake(code, "code", "代码重复 / duplicate")
        self.seen.add(code)
        return code

    def _entries(self, themes: dict[str, Theme]) -> Iterator[tuple[Theme, dict[str, Any], int]]:
        order = 0
        for theme in themes.values():
            for entry in theme.entries:  # type: ignore[attr-defined]
                order += 1
                yield theme, entry, order

    def _target(self, plan: Plan, theme: Theme, entry: dict[str, Any], order: int) -> Target | None:
        code, before = self._code(entry, theme.code), len(self.mistakes)
        rule, printed = entry.get("rule"), entry.get("comparator")
        if rule not in Rule.values:
            self._mistake(code, "rule", f"没有规则 {_short(rule)} / unknown")
        if not isinstance(printed, str) or printed not in COMPARATORS:
            self._mistake(code, "comparator", f"没有比较方式 {_short(printed)} / unknown")
        values = self._values(plan, theme, entry, code)
        if len(self.mistakes) > before or not isinstance(rule, str) or not isinstance(printed, str):
            return None
        if rule == Rule.MILESTONES:
            values["goal"] = Decimal(100)
        indicator = self._indicator(plan, entry, code, rule)
        target = Target.objects.filter(plan=plan, code=code).first() or Target(plan=plan, code=code)
        values |= {"theme": theme, "indicator": indicator, "rule": rule, "order": order}
        values |= {"comparator": COMPARATORS[printed], "printed_comparator": printed}
        if target.pk and plan.state == Plan.State.ADOPTED:
            terms = [n for n in TERMS if n in values and getattr(target, n) != values[n]]
            fixed = [n for n in FIXED if n in values and getattr(target, n) != values[n]]
            for name in terms:
                self._mistake(code, name, "计划已印发，请用目标调整 / adopted: adjust it instead")
            for name in fixed:
                self._mistake(code, name, "计划已印发，不能改变 / adopted: stays as it is")
            if terms or fixed:
                return None
        self._save(target, code, check=True, **values)
        return target if target.pk else None

    def _values(self, plan: Plan, theme: Theme, entry: dict[str, Any], code: str) -> dict[str, Any]:
        quote = self._text(entry, "quote", code)
        paragraph = self._paragraph(entry.get("paragraph", theme.paragraph), code)
        if quote and quote not in self.document:
            self._mistake(code, "quote", "原文里没有这句话 / not in the text")
        planned = entry.get("planned") or {}
        if not isinstance(planned, dict):
            self._mistake(code, "planned", "应为 日期: 数值 / not a mapping")
            planned = {}
        return {
            "name": self._text(entry, "name", code),
            "goal": self._figure(entry.get("value"), code, "value"),
            "baseline": self._figure(entry.get("baseline"), code, "baseline"),
            "pace": self._text(entry, "pace", code, required=False),
            "planned": {
                f"{self._date(d, code, 'planned')}": f"{self._figure(v, code, 'planned') or 0:f}"
                for d, v in planned.items()
            },
            "due": self._date(entry.get("due"), code) or plan.end,
            "in_doubt": entry.get("in_doubt") is True,
            "quote": quote,
            "paragraph": paragraph,
            "literal": self._text(entry, "literal", code, required=False),
            "modality": self._text(entry, "modality", code, required=False),
            "note": self._text(entry, "note", code, required=False),
        }

    def _figure(self, raw: object, code: str, name: str) -> Decimal | None:
        if raw is None:
            return None
        try:
            return parse_figure(raw)
        except ValidationError as error:
            self._mistake(code, name, f"{_short(raw)!r}: {error.messages[0]}")
            return None

    def _paragraph(self, raw: object, code: str) -> int | None:
        if raw is None or (isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 32_768):
            return raw
        self._mistake(code, "paragraph", "应为段落号 / not a number of a paragraph")
        return None

    def _date(self, raw: object, code: str, name: str = "due") -> date | None:
        if raw is None:
            return None
        try:
            return parse_date(raw.isoformat() if isinstance(raw, date) else raw)
        except ValidationError as error:
            self._mistake(code, name, f"{_short(raw)!r}: {error.messages[0]}")
            return None

    def _indicator(self, plan: Plan, entry: dict[str, Any], code: str, rule: str) -> Indicator:
        indicator = Indicator.objects.filter(code=code).first() or Indicator(code=code)
        is_new, basis = indicator.pk is None, BASIS_BY_RULE[Rule(rule)]
        unit_of_measure = "%" if rule == Rule.MILESTONES else self._text(entry, "unit", code, required=False)
        values: dict[str, Any] = {"name": entry["name"], "unit_of_measure": unit_of_measure}
        if is_new:
            values |= {"basis": basis, "whole": unit_of_measure in WHOLE_UNITS}
            values["measure"] = measures.MILESTONES if rule == Rule.MILESTONES else ""
        elif rule not in RULES_BY_BASIS[indicator.basis]:
            self._mistake(code, "rule", f"规则 {rule} 不适用于指标的填报口径 / does not fit the indicator")
        if unit_of_measure != indicator.unit_of_measure and indicator.has_figures():
            self._mistake(code, "unit", "已有报送的数据，计量单位不能改变，请另设新代码 / has figures: use a new code")
            return indicator
        if not is_new and not indicator.measure and not self._reports_within(plan, indicator):
            self._mistake(code, "code", "指标由其他单位填报，请另设代码 / other units report it: use another code")
            return indicator
        self._save(indicator, f"indicator {code}", **values)
        if is_new and not indicator.measure and indicator.pk:
            ReportingUnit.objects.create(indicator=indicator, unit=plan.unit)
        return indicator

    @staticmethod
    def _reports_within(plan: Plan, indicator: Indicator) -> bool:
        """Is it reported by units of the plan's alone? Others' figures would be counted into its targets."""
        units = list(indicator.reporting.values_list("unit__path", flat=True))
        return all(path.startswith(plan.unit.path) for path in units)

    def _programmes(self, plan: Plan, themes: dict[str, Theme], targets: dict[str, Target]) -> None:
        known = self.seen | {c["code"] for c in self._commitments()}
        order, preamble = 0, self.data.get("preamble") or {}
        if not isinstance(preamble, dict):
            self._mistake("preamble", "preamble", "应为 名称: 值 / not a mapping")
            return
        for group in self._list(preamble, "programmes", "preamble", required=False):
            for entry in self._list(group, "items", group.get("code")):
                order += 1
                code = self._code(entry, group.get("code"))
                programme = Programme.objects.filter(plan=plan, code=code).first() or Programme(plan=plan, code=code)
                name, group_name = self._text(entry, "name", code), self._text(group, "name", code)
                self._save(programme, code, name=name, group=group_name, order=order)
                suggested = entry.get("suggested") or []
                for wanted in suggested if isinstance(suggested, list) else [suggested]:
                    if not isinstance(wanted, str) or wanted not in known:
                        self._mistake(code, "suggested", f"没有 {_short(wanted)} / unknown")
                        continue
                    for target in self._members(wanted, themes, targets):
                        self._suggest(programme, target)

    def _commitments(self) -> Iterator[dict[str, Any]]:
        """Commitments are loaded with the projects; here they are only what a programme may name."""
        for section in self._list(self.data, "sections", "plan"):
            for theme in self._list(section, "themes", section.get("code")):
                for entry in self._list(theme, "commitments", theme.get("code"), required=False):
                    if isinstance(entry.get("code"), str):
                        yield entry

    @staticmethod
    def _members(wanted: str, themes: dict[str, Theme], targets: dict[str, Target]) -> list[Target]:
        if wanted in targets:
            return [targets[wanted]]
        theme = themes.get(wanted)
        return [t for t in targets.values() if theme is not None and t.theme_id == theme.pk]

    def _suggest(self, programme: Programme, target: Target) -> None:
        if programme.pk and not TargetProgramme.objects.filter(programme=programme, target=target).exists():
            TargetProgramme.objects.create(programme=programme, target=target, suggested=True)
            self.report.created.append(f"{programme.code} + {target.code}")

    def _save(self, record: Any, label: str, *, check: bool = False, **values: Any) -> None:
        """Save what the file states and what differs; note it."""
        is_new = record.pk is None
        differing = {n: v for n, v in values.items() if is_new or getattr(record, n) != v}
        if not differing:
            return
        old = {} if is_new else {n: getattr(record, n) for n in differing}
        for name, value in differing.items():
            setattr(record, name, value)
        try:
            if check:
                check_target(record)
            else:
                record.full_clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self._mistake(label, name, "; ".join(messages))
            return
        record.save()
        if is_new:
            self.report.created.append(label)
        else:
            self.report.changed += [f"{label}: {n}: {_short(old[n])} → {_short(v)}" for n, v in differing.items()]

    def _gone(self, plan: Plan, themes: dict[str, Theme], targets: dict[str, Target]) -> None:
        for found, kept in ((plan.targets, targets), (plan.themes, themes)):
            codes = found.exclude(code__in=list(kept)).values_list("code", flat=True)
            self.report.gone += list(codes)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
