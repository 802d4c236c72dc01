"""What an operation needs before it can succeed: a draft plan to add to, a draft to submit, a submission to approve."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
DRAFT = "taoyan-2023"
PLAN = {"slug": DRAFT, "name": "2023年工作计划", "unit": "taoyan", "start": "2023-01-01", "end": "2023-12-31"}
SECTION = {"plan": DRAFT, "code": "economy", "name": "经济发展", "heading": "一、经济发展", "order": 1}
THEME = {"plan": DRAFT, "section": "economy", "code": "economy.growth", "name": "提质增效", "order": 1}
PROGRAMME = {"plan": DRAFT, "code": "three", "name": "三大攻坚行动", "group": "专项"}
TARGET = {"plan": DRAFT, "theme": "economy.growth", "name": "新增企业", "rule": "total", "goal": 12, "weight": 1}


@dataclass
class Scene:
    """How the operation is asked; without `who`, as the first of the people who may."""

    path_values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    who: str = ""


Play = Callable[..., Scene]


def written(stage: Any, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = stage.ask(who, "post", path, body)
    assert answer.status_code in (200, 201), (path, answer.content.decode())
    return answer.json()  # type: ignore[no-any-return]


def draft_plan(stage: Any, *parts: str) -> dict[str, Any]:
    """A draft with so much of it; the last one made."""
    target = TARGET | {"indicator": stage.first("/api/v1/indicators/")["code"]}
    bodies: dict[str, dict[str, Any]] = {
        "plans": PLAN,
        "sections": SECTION,
        "themes": THEME,
        "programmes": PROGRAMME,
        "targets": target,
    }
    made: dict[str, Any] = {}
    for part in parts:
        made = written(stage, "planner", f"/api/v1/{part}/", bodies[part])
    return made


def _adding(body: dict[str, Any], *before: str) -> Play:
    def play(stage: Any, *_operation: Any) -> Scene:
        draft_plan(stage, *before)
        return Scene(body=body, who="planner")

    return play


def _on_draft(key: str, body: dict[str, Any] | None, *before: str) -> Play:
    """On the last of what was made before."""

    def play(stage: Any, *_operation: Any) -> Scene:
        made = draft_plan(stage, *before)
        return Scene({key: made["slug" if key == "slug" else "id"]}, body=body, who="planner")

    return play


def _closing(stage: Any, *_operation: Any) -> Scene:
    """A plan of a year that is over."""
    past = {"slug": "taoyan-2021", "name": "2021年工作计划", "start": "2021-01-01", "end": "2021-12-31"}
    written(stage, "planner", "/api/v1/plans/", PLAN | past)
    written(stage, "planner", "/api/v1/plans/taoyan-2021/adopt/", {})
    return Scene({"slug": "taoyan-2021"}, who="planner")


def _adding_target(stage: Any, *_operation: Any) -> Scene:
    draft_plan(stage, "plans", "sections", "themes")
    return Scene(body=TARGET | {"indicator": stage.first("/api/v1/indicators/")["code"]}, who="planner")


def _replacing_target(stage: Any, *_operation: Any) -> Scene:
    made = draft_plan(stage, "plans", "sections", "themes", "targets")
    body = TARGET | {"indicator": made["indicator"], "code": made["code"], "goal": 15}
    return Scene({"id": made["id"]}, body=body, who="planner")


def _adjusting(stage: Any, *_operation: Any) -> Scene:
    rows = stage.ask("planner", "get", "/api/v1/targets/?rule=total&page_size=1").json()["results"]
    body = {
        "category": "policy",
        "applicant": "经济发展办公室",
        "meeting": "党工委会议",
        "document_number": "陶街〔2022〕1号",
        "in_force_from": "2022-10-01",
        "goal": rows[0]["goal"] + 1,
    }
    return Scene({"id": rows[0]["id"]}, body=body, who="planner")


def _record(path: str, key: str, body: dict[str, Any], change: dict[str, Any]) -> Play:
    """A record of its own: added, replaced, changed or removed."""

    def play(stage: Any, _path: str, method: str, _operation: Any) -> Scene:
        if method == "post":
            return Scene(body=body, who="planner")
        made = written(stage, "planner", path, body)
        value = f"{made['code']}@{made['version']}" if path.endswith("/profiles/") else made["code"]
        asked = {"delete": None, "put": body | change, "patch": change}[method]
        return Scene({key: value}, body=asked, who="planner")

    return play


def _drafted(stage: Any) -> dict[str, Any]:
    """A draft of the reporter, of a figure that the reviewer may approve."""
    for due in stage.ask("reporter", "get", "/api/v1/me/").json()["due"]:
        query = f"indicator={due['indicator']}&unit={due['unit']}&state=approved&page_size=1"
        old = stage.ask("reporter", "get", f"/api/v1/readings/?{query}").json()["results"]
        if not old or old[0]["value"] is None:
            continue
        row = {name: due[name] for name in ("indicator", "unit", "period")} | {"value": old[0]["value"]}
        made = written(stage, "reporter", "/api/v1/readings/", row)
        return row | {"id": made["ids"][0]}
    raise AssertionError("nothing is due from the reporter")


def _reading(body: dict[str, Any] | None, who: str, *, submitted: bool = False) -> Play:
    def play(stage: Any, *_operation: Any) -> Scene:
        draft = _drafted(stage)
        if submitted:
            written(stage, "reporter", f"/api/v1/readings/{draft['id']}/submit/", {})
        values = {"id": draft["id"]}
        return Scene(values, body=None if body is None else {"value": draft["value"], **body}, who=who)

    return play


def _returning(stage: Any, *operation: Any) -> Scene:
    scene = _reading(None, "reviewer", submitted=True)(stage, *operation)
    return Scene(scene.path_values, body={"reason": "与统计口径不符，请核对。"}, who="reviewer")


def _approving_many(stage: Any, *operation: Any) -> Scene:
    scene = _reading(None, "reviewer", submitted=True)(stage, *operation)
    return Scene(body={"ids": [scene.path_values["id"]]}, who="reviewer")


def _posting(stage: Any, *_operation: Any) -> Scene:
    draft = _drafted(stage)
    row = {name: draft[name] for name in ("indicator", "unit", "period", "value")}
    stage.ask("reporter", "delete", f"/api/v1/readings/{draft['id']}/")
    return Scene(body=row | {"note": "", "state": "submitted"}, who="reporter")


def _proved(stage: Any, _path: str, method: str, operation: dict[str, Any]) -> Scene:
    draft = _drafted(stage)
    body = {"reading": draft["id"], "file": _file()}
    if operation["operationId"] == "evidence_create":
        return Scene(body=body, who="reporter")
    made = written(stage, "reporter", "/api/v1/evidence/", body)
    if operation["operationId"] == "evidence_list":
        return Scene(query={"reading": draft["id"]}, who="reporter")
    return Scene({"id": made["id"]}, who="reporter")


def _file() -> io.BytesIO:
    file = io.BytesIO(PNG)
    file.name = "photo.png"
    return file


def _profile(stage: Any, *_operation: Any) -> Scene:
    row = stage.first("/api/v1/profiles/")
    return Scene({"code": f"{row['code']}@{row['version']}"})


def _profile_body(stage: Any) -> dict[str, Any]:
    row = stage.first("/api/v1/profiles/")
    return {"code": "keqiao", "version": 1, "source": "区考核办法", "bands": row["bands"]}


def _with_profile(stage: Any, path: str, method: str, operation: Any) -> Scene:
    change = {"source": "区考核办法（修订）"}
    return _record("/api/v1/profiles/", "code", _profile_body(stage), change)(stage, path, method, operation)


_UNIT = _record(
    "/api/v1/units/",
    "code",
    {"code": "xintan", "name": "新坛村", "kind": "village", "parent": "taoyan"},
    {"name": "新坛"},
)
_POST = _record(
    "/api/v1/posts/", "code", {"code": "deputy_example", "name": "分管副主任", "unit": "taoyan"}, {"name": "副主任"}
)
_INDICATOR = _record(
    "/api/v1/indicators/",
    "code",
    {
        "code": "economy.new_firms",
        "name": "新增企业",
        "unit_of_measure": "家",
        "basis": "amount",
        "whole": True,
        "reporting_units": ["economy_office"],
    },
    {"deadline_day": 10},
)
_PLANS, _HEADED = ("plans",), ("plans", "sections")
SCENES: dict[str, Play] = {
    **{f"units_{each}": _UNIT for each in ("create", "update", "partial_update", "destroy")},
    **{f"posts_{each}": _POST for each in ("create", "update", "partial_update", "destroy")},
    **{f"indicators_{each}": _INDICATOR for each in ("create", "update", "partial_update", "destroy")},
    **{f"profiles_{each}": _with_profile for each in ("create", "update", "partial_update", "destroy")},
    "profiles_retrieve": _profile,
    "plans_create": _adding(PLAN),
    "plans_update": _on_draft("slug", PLAN | {"name": "2023年度工作计划"}, *_PLANS),
    "plans_partial_update": _on_draft("slug", {"name": "2023年度工作计划"}, *_PLANS),
    "plans_destroy": _on_draft("slug", None, *_PLANS),
    "plans_adopt_create": _on_draft("slug", None, *_PLANS),
    "plans_close_create": _closing,
    "sections_create": _adding(SECTION, *_PLANS),
    "sections_update": _on_draft("id", SECTION | {"order": 2}, *_HEADED),
    "sections_partial_update": _on_draft("id", {"order": 2}, *_HEADED),
    "sections_destroy": _on_draft("id", None, *_HEADED),
    "themes_create": _adding(THEME, *_HEADED),
    "themes_update": _on_draft("id", THEME | {"order": 2}, *_HEADED, "themes"),
    "themes_partial_update": _on_draft("id", {"order": 2}, *_HEADED, "themes"),
    "themes_destroy": _on_draft("id", None, *_HEADED, "themes"),
    "programmes_create": _adding(PROGRAMME, *_PLANS),
    "programmes_update": _on_draft("id", PROGRAMME | {"group": ""}, *_PLANS, "programmes"),
    "programmes_partial_update": _on_draft("id", {"group": ""}, *_PLANS, "programmes"),
    "programmes_destroy": _on_draft("id", None, *_PLANS, "programmes"),
    "targets_create": _adding_target,
    "targets_update": _replacing_target,
    "targets_partial_update": _on_draft("id", {"goal": 15}, *_HEADED, "themes", "targets"),
    "targets_destroy": _on_draft("id", None, *_HEADED, "themes", "targets"),
    "targets_adjust_create": _adjusting,
    "readings_create": _posting,
    "readings_update": _reading({"note": "已核对"}, "reporter"),
    "readings_partial_update": _reading({"note": "已核对"}, "reporter"),
    "readings_destroy": _reading(None, "reporter"),
    "readings_submit_create": _reading(None, "reporter"),
    "readings_approve_create": _reading(None, "reviewer", submitted=True),
    "readings_return_create": _returning,
    "readings_approve_many": _approving_many,
    **{f"evidence_{each}": _proved for each in ("create", "list", "retrieve", "destroy", "download_retrieve")},
}
