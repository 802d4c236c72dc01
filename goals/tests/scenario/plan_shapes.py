"""What the database looks at to answer: the plans of the queries, as PostgreSQL carried them out."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

# Tables that grow with every plan in the portal.
GROWING = frozenset(f"goals_{name}" for name in ("reading", "progress", "target", "mark", "indicator", "reportingunit"))
Node = dict[str, Any]


def asked(act: Callable[[], object]) -> list[tuple[str, Any]]:
    """The questions that it asks of the database, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH", "UPDATE")):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return found


def nodes_of(sql: str, params: Any) -> list[Node]:
    """The nodes of the plan by which it is carried out (which it is, but for what it writes)."""
    analyse = "ANALYZE, " if sql.lstrip().startswith(("SELECT", "WITH")) else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({analyse}FORMAT JSON) {sql}", params)
        (found,) = cursor.fetchone()
    plan = json.loads(found) if isinstance(found, str) else found
    return list(_below(plan[0]["Plan"]))


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _below(child)


def examined(act: Callable[[], object]) -> dict[str, int]:
    """By table of those that grow, how many rows were looked at."""
    counts: dict[str, int] = defaultdict(int)
    for sql, params in asked(act):
        for node in nodes_of(sql, params):
            table = node.get("Relation Name")
            if table in GROWING and "Actual Rows" in node:
                rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                rows += node.get("Rows Removed by Index Recheck", 0)
                counts[table] += int(rows * node["Actual Loops"])
    return dict(counts)


def whole_tables(act: Callable[[], object]) -> list[str]:
    """The growing tables that were read from end to end."""
    return sorted(
        {
            node["Relation Name"]
            for sql, params in asked(act)
            for node in nodes_of(sql, params)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING
        }
    )


def indexes(act: Callable[[], object]) -> set[str]:
    """The indexes that were used."""
    return {
        node["Index Name"] for sql, params in asked(act) for node in nodes_of(sql, params) if node.get("Index Name")
    }
