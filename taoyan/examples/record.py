"""Recording the examples: every operation of the schema asked of the demonstration, as whoever may do it.

Resources come from the router. What an operation needs before it can succeed is arranged by `taoyan.examples.scenes`;
one without a scene is asked with what the resource's first record has. Everything is undone afterwards.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import Token, User
from taoyan.examples import orders, registers, works
from taoyan.examples.scenes import SCENES, Scene

PEOPLE = ("planner", "reporter", "reviewer", "leader", "feed")
MOMENT = "2022-10-12T09:30:00+08:00"
WRITABLE = {"post", "put", "patch"}
ALL_SCENES = SCENES | works.SCENES | orders.SCENES | registers.scenes()


class Undo(Exception):
    """Takes back what an example wrote."""


@dataclass
class Stage:
    """The demonstration's people with a client each, and the schema."""

    schema: dict[str, Any]
    clients: dict[str, APIClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for who in User.objects.order_by("pk"):
            key = Token.issue(who, name="example", scope="write")[1]
            self.clients[who.username] = APIClient()
            self.clients[who.username].credentials(HTTP_AUTHORIZATION=f"Token {key}")

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        client = self.clients[who]
        if body is not None and any(hasattr(value, "read") for value in body.values()):
            return getattr(client, method)(path, body, format="multipart")
        return getattr(client, method)(path, body, format="json")

    def first(self, path: str, who: str = "planner") -> dict[str, Any] | None:
        """The first row of a list."""
        rows = self.ask(who, "get", f"{path}?page_size=1").json().get("results", [])
        return rows[0] if rows else None

    def writable(self, operation: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        """Of a row what the operation takes, without what is empty."""
        content = operation["requestBody"]["content"]
        reference = next(iter(content.values()))["schema"].get("$ref", "").rpartition("/")[2]
        properties = self.schema["components"]["schemas"].get(reference, {}).get("properties", {})
        return {k: row[k] for k, p in properties.items() if not p.get("readOnly") and row.get(k) not in (None, "")}


def record() -> dict[str, Any]:
    """Every operation with its request and answer, and an example of each error."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    stage = Stage(schema)
    operations = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                operations[operation["operationId"]] = _undone(stage, path, method, operation)
    return _timeless({"operations": operations, "errors": _errors(stage)})  # type: ignore[no-any-return]


def _timeless(value: Any, name: str = "") -> Any:
    """With the moment of recording, and the name of the test server, out of it."""
    if isinstance(value, dict):
        return {key: _timeless(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_timeless(each, name) for each in value]
    if isinstance(value, str) and (name == "at" or name.endswith("_at")):
        return MOMENT
    return value.replace("http://testserver", "https://portal.example") if isinstance(value, str) else value


def _undone(stage: Stage, path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            found = _played(stage, path, method, operation)
            raise Undo
    except Undo:
        return found


def _played(stage: Stage, path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    scene = ALL_SCENES.get(operation["operationId"], _by_itself)(stage, path, method, operation)
    values = {**scene.path_values}
    address = re.sub(r"{(\w+)}", lambda found: str(values[found.group(1)]), path)
    query = dict(scene.query)
    if operation["operationId"].endswith("_list"):
        query.setdefault("page_size", 1)
    asked = address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
    for who in [scene.who] if scene.who else PEOPLE:
        answer = stage.ask(who, method, asked, scene.body)
        if answer.status_code != 403:
            break
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    has_file = scene.body is not None and any(hasattr(v, "read") for v in scene.body.values())
    return {
        "method": method.upper(),
        "path": asked,
        "path_values": values,
        "query": query,
        "request": None if has_file else scene.body,
        "status": answer.status_code,
        "answer": answer.json() if is_json and answer.content else None,
    }


def _by_itself(stage: Stage, path: str, method: str, operation: dict[str, Any]) -> Scene:
    """Without a scene: the first record of the list, and of it what may be written."""
    collection = path.partition("{")[0]
    row = (stage.first(collection) or {}) if collection != "/api/v1/me/" else {}
    values = {name: row.get(name, 1) for name in re.findall(r"{(\w+)}", path)}
    body = None
    if method in WRITABLE and "requestBody" in operation:
        body = stage.writable(operation, row)
        if method == "post":
            body |= {name: f"{body[name]}.example" for name in ("code", "slug") if name in body}
        elif method == "patch":
            body = dict([next(((k, v) for k, v in body.items() if k in ("name", "note")), ("note", "示例"))])
    return Scene(path_values=values, body=body)


def _errors(stage: Stage) -> dict[str, Any]:
    """One of each error that can be had at any time."""
    targets, units = "/api/v1/targets/", "/api/v1/units/"
    planner = stage.clients["planner"]
    answers = [
        planner.get(f"{targets}?nonsense=1"),
        APIClient().get(targets),
        stage.clients["leader"].post(units, {}, format="json"),
        planner.get(f"{targets}999999999/"),
        planner.get(targets, headers={"accept": "text/html"}),
        planner.post("/api/v1/plans/taoyan-2022/adopt/"),
        planner.post(units, "code=x", content_type="text/plain"),
    ]
    return {str(answer.status_code): answer.json() for answer in answers}
