"""The scenes of works: a milestone reported, accepted or sent back, and what only a draft plan lets go."""

from typing import Any

from accounts.models import User
from taoyan.examples.scenes import DRAFT, Play, Scene, draft_plan, written

MILESTONES = "/api/v1/milestones/"
PROJECT = {"plan": DRAFT, "theme": "economy.growth", "code": "economy.park", "name": "园区道路", "kind": "construction"}
MILESTONE = {"name": "竣工验收", "due": "2023-11-30", "weight": 1}


def _draft_work(stage: Any) -> dict[str, Any]:
    draft_plan(stage, "plans", "sections", "themes")
    return written(stage, "planner", "/api/v1/projects/", PROJECT)


def _removing_work(stage: Any, *_operation: Any) -> Scene:
    return Scene({"id": _draft_work(stage)["id"]}, who="planner")


def _removing_milestone(stage: Any, *_operation: Any) -> Scene:
    """One of two: a work keeps at least one."""
    work = _draft_work(stage)
    steps = [
        written(stage, "planner", MILESTONES, MILESTONE | {"project": work["id"], "name": name})
        for name in ("主体完工", "竣工验收")
    ]
    return Scene({"id": steps[0]["id"]}, who="planner")


def _open_step(stage: Any) -> tuple[dict[str, Any], str]:
    """A milestone that nobody has reported, and who reports for its lead office."""
    query = "?state=planned&ordering=due&page_size=100"
    for step in stage.ask("planner", "get", MILESTONES + query).json()["results"]:
        work = stage.ask("planner", "get", f"/api/v1/projects/{step['project']}/").json()
        before = [stage.ask("planner", "get", f"{MILESTONES}{each}/").json() for each in step["depends_on"]]
        if all(each["state"] == "accepted" for each in before):
            reporters = User.objects.filter(grants__role="reporter", grants__unit__code=work["lead_office"])
            return step, reporters.order_by("pk")[0].username
    raise AssertionError("every milestone is reported")


def _reporting(stage: Any, *_operation: Any) -> Scene:
    step, who = _open_step(stage)
    return Scene({"id": step["id"]}, body={"done": "2022-10-11", "report": "已完成"}, who=who)


def _reported(body: dict[str, Any] | None) -> Play:
    def play(stage: Any, *_operation: Any) -> Scene:
        step, who = _open_step(stage)
        written(stage, who, f"{MILESTONES}{step['id']}/report/", {"done": "2022-10-11", "report": "已完成"})
        return Scene({"id": step["id"]}, body=body, who="planner")

    return play


def _replacing_inspection(stage: Any, _path: str, _method: str, operation: dict[str, Any]) -> Scene:
    """Its findings go their own way."""
    row = stage.first("/api/v1/inspections/")
    body = {name: value for name, value in stage.writable(operation, row).items() if name != "findings"}
    return Scene({"id": row["id"]}, body=body, who="planner")


SCENES: dict[str, Play] = {
    "projects_destroy": _removing_work,
    "milestones_destroy": _removing_milestone,
    "milestones_report_create": _reporting,
    "milestones_accept_create": _reported(None),
    "milestones_return_create": _reported({"reason": "缺竣工资料"}),
    "inspections_update": _replacing_inspection,
}
