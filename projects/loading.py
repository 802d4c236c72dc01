"""The commitments of a plan's file as works: set-wise, all or nothing, twice the same as once."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from goals.loading import PlanLoader, short
from goals.models import Plan
from projects.models import Milestone, Project, ProjectProgramme
from projects.models.project import Kind, Tier
from projects.standing import touch

# Each takes its value from the file anew; what planners add (offices, dates, standard) is theirs.
FROM_FILE = ("theme_id", "name", "order", "kind", "tier", "quote", "paragraph", "places", "note")
_OPEN_ENDED = ("逐步", "持续")
DEFAULT_NAME = "完成"


def load(loader: PlanLoader) -> None:
    """Every commitment of the file, the default milestone of each new one, and what the programmes suggest."""
    entries = list(loader.commitments())
    wanted: dict[str, dict[str, Any]] = {}
    for order, (theme, entry) in enumerate(entries, start=1):
        code = loader.code(entry, theme)
        wanted[code] = _values(loader, theme, entry, code, order)
    if loader.mistakes:
        return
    standing = {p.code: p for p in Project.objects.filter(plan=loader.plan)}
    new = [_new(loader, code, values) for code, values in wanted.items() if code not in standing]
    changed = [p for code, p in standing.items() if code in wanted and _differs(loader, p, wanted[code])]
    if loader.mistakes:
        return
    Project.objects.bulk_create(new)
    Milestone.objects.bulk_create(default_milestone(project) for project in new)
    for project in changed:
        project.save()
    projects = standing | {p.code: p for p in new}
    _same_works(entries, projects, {p.code for p in new})
    _suggest(loader, projects)
    loader.report.gone += [c for c, p in standing.items() if p.is_from_document and c not in wanted]
    # Works that count for a target tell it; none of the new ones does yet.
    touch([*new, *changed], "load_plan")


def default_milestone(project: Project) -> Milestone:
    """What a work has until it is scheduled: done, at its due date."""
    return Milestone(
        project=project, name=DEFAULT_NAME, due=project.due, first_due=project.due, is_default=True, order=1
    )


def _values(loader: PlanLoader, theme: str, entry: Mapping[str, Any], code: str, order: int) -> dict[str, Any]:
    for name, known in (("kind", Kind.values), ("tier", Tier.values)):
        if entry.get(name) not in known:
            loader.mistake(code, name, f"没有 {short(entry.get(name))} / unknown")
    found = loader.themes.get(theme)
    own = dict(entry)
    quote = loader.text(own, "quote", code)
    if quote and quote not in loader.document:
        loader.mistake(code, "quote", "原文里没有这句话 / not in the text")
    names, _also = (_texts(loader, entry, code, name) for name in ("names", "see_also"))
    return {
        "theme_id": None if found is None else found.pk,
        "name": loader.text(own, "name", code),
        "order": order,
        "kind": entry.get("kind"),
        "tier": entry.get("tier"),
        "quote": quote,
        "paragraph": loader.paragraph(entry.get("paragraph", found.paragraph if found else None), code),
        "places": "、".join(names),
        "note": loader.text(own, "note", code, required=False),
    }


def _texts(loader: PlanLoader, entry: Mapping[str, Any], code: str, name: str) -> list[str]:
    found = entry.get(name) or []
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return found
    loader.mistake(code, name, "应为文字的清单 / not a list of texts")
    return []


def _new(loader: PlanLoader, code: str, values: Mapping[str, Any]) -> Project:
    plan: Plan = loader.plan
    project = Project(plan=plan, code=code, start=plan.start, due=plan.end, first_due=plan.end, **values)
    project.open_ended = any(word in project.quote + project.note for word in _OPEN_ENDED)
    _check(loader, project)
    loader.report.created.append(code)
    return project


def _differs(loader: PlanLoader, project: Project, values: Mapping[str, Any]) -> bool:
    differing = {name: value for name, value in values.items() if getattr(project, name) != value}
    for name, value in differing.items():
        was = getattr(project, name)
        loader.report.changed.append(f"{project.code}: {name.removesuffix('_id')}: {short(was)} → {short(value)}")
        setattr(project, name, value)
    if differing:
        _check(loader, project)
    return bool(differing)


def _check(loader: PlanLoader, project: Project) -> None:
    try:
        project.clean_fields(exclude=["plan", "theme", "lead_office", "responsible_post", "same_as", "target"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            loader.mistake(project.code, name, "; ".join(messages))


def _same_works(entries: list[tuple[str, dict[str, Any]]], projects: Mapping[str, Project], new: set[str]) -> None:
    """A promise made twice counts once: the routine mention (else the later one) is the same work as the other."""
    for _theme, entry in entries:
        for other in entry.get("see_also") or ():
            first, second = projects.get(str(entry["code"])), projects.get(str(other))
            if first is None or second is None or not {first.code, second.code} & new:
                continue
            ranked = sorted((first, second), key=lambda p: (p.tier != Tier.HEADLINE, p.order))
            if ranked[0].same_as_id is None and ranked[1].same_as_id is None:
                ranked[1].same_as = ranked[0]
                ranked[1].save()


def _suggest(loader: PlanLoader, projects: Mapping[str, Project]) -> None:
    """The programmes' suggested works, those of a whole theme too. Two queries."""
    themes = {code: theme.pk for code, theme in loader.themes.items()}
    pairs = {
        (programme, project.code)
        for programme, wanted in loader.suggested
        for project in projects.values()
        if project.code == wanted or (wanted in themes and project.theme_id == themes[wanted])
    }
    known = set(ProjectProgramme.objects.filter(project__plan=loader.plan).values_list("programme_id", "project__code"))
    new = [(programme, code) for programme, code in pairs if (programme.pk, code) not in known]
    new.sort(key=lambda pair: (pair[0].order, projects[pair[1]].order))
    ProjectProgramme.objects.bulk_create(
        ProjectProgramme(programme=programme, project=projects[code], suggested=True) for programme, code in new
    )
    loader.report.created += [f"{programme.code} + {code}" for programme, code in new]
