"""What the schema says of every operation alike: a summary, and the errors that it may answer with (`rest.md`)."""

from typing import Any

from django_filters import BooleanFilter, NumberFilter
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from common.rest.export import XLSX
from common.rest.filters import DateFilter

ERRORS = {
    "type": "object",
    "description": "What was wrong: `detail` in the language of Accept-Language, `attr` the path of the field.",
    "required": ["type", "errors"],
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["code", "detail", "attr"],
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "attr": {"type": ["string", "null"]},
                },
            },
        },
    },
}
MEANINGS = {
    "400": "A parameter or field is wrong; `attr` names it. Nothing was written.",
    "401": "No token, or one that is unknown, revoked or expired.",
    "403": "The caller may see this but not do it.",
    "404": "There is no such record, or the caller may not see it.",
    "406": "The API answers in JSON, and lists also in the formats named.",
    "409": "The record isn't in the state that this needs, or somebody was faster.",
    "412": "The record has changed since the version in `If-Match`.",
    "413": "The body is too large.",
    "415": "The body is of another type than the operation takes.",
    "422": "The `Idempotency-Key` was used with another body.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
}
ALWAYS = ("401", "403", "406", "429")
BY_METHOD = {
    "get": ("400",),
    "post": ("400", "409", "412", "413", "415", "422"),
    "put": ("400", "409", "412", "413", "415"),
    "patch": ("400", "409", "412", "413", "415"),
    "delete": ("400", "409", "412"),
}
VERBS = {
    "list": "List {plural}",
    "retrieve": "Get {one}",
    "create": "Add {one}",
    "update": "Replace {one}",
    "partial_update": "Change {one}",
    "destroy": "Delete {one}",
}
_DAY = {"type": "string", "format": "date"}
_NUMBER = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
PARAMETERS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("as_of", "from", "to", "period_after", "period_before"), _DAY),
    "page": _NUMBER,
    # Larger than the largest gives the largest.
    "page_size": {"type": "integer", "minimum": 1},
    "updated_since": {"type": "string", "format": "date-time"},
    "known": {"type": "string", "enum": ["then"]},
    "stale": {"type": "string", "enum": ["true", "false"]},
}
# What no text in an address may hold (`common.rest.filters`).
_VISIBLE = "^[^\\u0000-\\u001f\\ufffd]*$"
SAID = {
    "as_of": "The day that progress is asked for; today where none is given.",
    "known": "Leave out what was approved after that day.",
    "page": "The number of a page, from 1.",
    "page_size": "Rows a page: 100 where it isn't given, 500 at most.",
    "search": "Rows that hold every one of these words.",
    "stale": "Rows of which a figure is overdue, or none is.",
    "period_after": "Rows of this day or later.",
    "period_before": "Rows of this day or earlier.",
    "day_after": "Rows of this day or later.",
    "day_before": "Rows of this day or earlier.",
    "counted": "Rows that stand for this measure's figure on the day `through`.",
    "through": "The day that `counted` is asked for.",
    "from": "The first day of the series.",
    "to": "The last day of the series.",
    "under": "Rows of this unit and all below it.",
}
UNCOUNTED = frozenset({"evidence"})
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class Described(AutoSchema):
    """Every operation with a summary: by what it does to which record, or in the words of its own docstring."""

    def get_summary(self) -> str:
        action = getattr(self.view, "action", None) or self.method.lower()
        verb = VERBS.get(action)
        if verb is None:
            said = (self.get_description() or "").strip()
            return said.splitlines()[0].rstrip(".") if said else action.replace("_", " ").capitalize()
        one, several = getattr(self.view, "called", None) or self._called()
        return verb.format(plural=several, one=one)

    def _called(self) -> tuple[str, str]:
        """One record and several of them; a view's own `called` says it otherwise."""
        name = str(getattr(self.view, "basename", None) or "record").replace("-", " ").replace("_", " ")
        return _one(name), _plural(name)

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        """A filter by a number is one, within its bounds; one of the view's `parameter_choices` is one of those; and a
        filter may be `described`."""
        filters = getattr(getattr(self.view, "filterset_class", None), "base_filters", {})
        found = super()._get_filter_parameters()
        choices = getattr(self.view, "parameter_choices", {})
        for parameter in found:
            if parameter["name"] in choices:
                parameter["schema"] = {"type": "string", "enum": list(choices[parameter["name"]])}
            filter_ = filters.get(parameter["name"])
            parameter["description"] = str(getattr(filter_, "described", "")) or parameter.get("description", "")
            if isinstance(filter_, BooleanFilter):
                parameter["schema"] = {"type": "string", "enum": ["true", "false"]}
            if isinstance(filter_, DateFilter):
                parameter["schema"] = dict(_DAY)
            if isinstance(filter_, NumberFilter):
                bounds = {"minimum": filter_.extra.get("min_value"), "maximum": filter_.extra.get("max_value")}
                kind = "integer" if filter_.extra.get("decimal_places") == 0 else "number"
                parameter["schema"] = {"type": kind} | {k: v for k, v in bounds.items() if v is not None}
        return found  # type: ignore[no-any-return]


class SaidText(OpenApiSerializerFieldExtension):
    """A text is so long at most."""

    target_class = "common.rest.fields.TextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        said: dict[str, Any] = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        return {"maxLength": self.target.longest} | said


def _plural(name: str) -> str:
    if name in UNCOUNTED:
        return name
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


def _one(name: str) -> str:
    if name in UNCOUNTED:
        return name
    return f"an {name}" if name[0] in "aeio" else f"a {name}"


def say_null(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """What may be null says so as OpenAPI 3.1 does; the paginators speak 3.0, with examples of elsewhere. Of a day that
    may be null it is said beside the day: a format of two types is none to many a client."""
    for described in result.get("components", {}).get("schemas", {}).values():
        for each in described.get("properties", {}).values():
            if each.pop("nullable", False):
                each["type"] = [each["type"], "null"]
                each.pop("example", None)
            if each.get("format") == "date" and isinstance(each["type"], list):
                del each["type"], each["format"]
                each["oneOf"] = [dict(_DAY), {"type": "null"}]
    return result


def describe_parameters(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """What a parameter may be, by its name: all of a name are alike."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []) if method in _METHODS else []:
                _narrow(parameter)
    return result


def _narrow(parameter: dict[str, Any]) -> None:
    if parameter["in"] != "query":
        return
    name, schema = parameter["name"], parameter["schema"]
    if name in PARAMETERS:
        schema.update(PARAMETERS[name])
    elif name == "ordering" and parameter.get("description"):
        one = "|".join(each.replace(".", "[.]") for each in parameter["description"].split(", "))
        schema["pattern"] = f"^({one})(,({one})){{0,9}}$"
    if schema == {"type": "string"}:
        schema["pattern"] = _VISIBLE
    if name in SAID or not parameter.get("description"):
        parameter["description"] = SAID.get(name, f"Rows whose {name.replace('_', ' ')} is this.")


KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and content again within 24 hours: the first answer, and nothing is done twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The record's ETag, or its version in quotes: 412 when it was changed since.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
VALIDATORS = {
    "ETag": {"description": "For If-None-Match (304) and If-Match (412).", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When anything was changed last.", "schema": {"type": "string"}},
}


def describe_errors(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Each operation's errors by their status, all of one shape."""
    result.setdefault("components", {}).setdefault("schemas", {})["Errors"] = ERRORS
    for address, operations in result["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                _describe(address, method, operation["responses"])
                _describe_headers(address, method, operation)
                _describe_tables(operation)
    return result


def _describe_headers(address: str, method: str, operation: dict[str, Any]) -> None:
    """`Idempotency-Key` of a POST; `If-Match` where one record is written."""
    found = operation.setdefault("parameters", [])
    if method == "post":
        found.append(KEY)
    if method in ("put", "patch", "delete") or (method == "post" and "{" in address):
        found.append(IF_MATCH)
    if method == "get":
        operation["responses"].get("200", {}).setdefault("headers", {}).update(VALIDATORS)


def _describe_tables(operation: dict[str, Any]) -> None:
    """A list may be answered as a table."""
    names = {each.get("name") for each in operation.get("parameters", ())}
    answer = operation["responses"].get("200", {})
    if {"format", "fields"} <= names and "content" in answer:
        for kind in ("text/csv", XLSX):
            answer["content"][kind] = {"schema": {"type": "string", "format": "binary"}}


def _describe(path: str, method: str, responses: dict[str, Any]) -> None:
    statuses = {*ALWAYS, *BY_METHOD[method], *(["404"] if "{" in path else [])}
    for status in sorted(statuses):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
        error = responses.setdefault(status, {"description": MEANINGS[status], "content": content})
        if status == "429":
            error["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
