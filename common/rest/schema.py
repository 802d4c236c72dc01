"""What the schema says of every operation alike: how errors look."""

from typing import Any

from common.rest.export import XLSX

ERRORS = {
    "type": "object",
    "required": ["type", "errors"],
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
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
    """Every answer that isn't named otherwise has the one shape of errors (`rest.md`)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Errors"] = ERRORS
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
    for address, path in result["paths"].items():
        for method, operation in path.items():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"]["default"] = {"description": "An error", "content": content}
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
