"""To-many relations that come with their rows: one query where `prefetch_related` takes one more for each."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import FilteredRelation, Model, QuerySet

Order = Callable[[Any], Any]
M = TypeVar("M", bound=Model)


def joined(rows: "QuerySet[M]", **relations: Order) -> list[M]:
    """The rows with what stands in these relations of theirs, each in its order, where `prefetch_related` would have
    put it. One query, whose rows are as many as there are combinations: for a few related records of each."""
    aliases = {f"joined_{name}": name for name in relations}
    joins: Any = {alias: FilteredRelation(name) for alias, name in aliases.items()}
    kept: dict[Any, M] = {}
    found: dict[tuple[str, Any], dict[Any, Any]] = {}
    for row in rows.annotate(**joins).select_related(*aliases):
        first = kept.setdefault(row.pk, row)
        for alias, name in aliases.items():
            # Django leaves the attribute away where there is nothing.
            each = row.__dict__.pop(alias, None) or row._state.fields_cache.pop(alias, None)
            if each is not None:
                _turn_to(each, row, first)
                found.setdefault((name, row.pk), {}).setdefault(each.pk, each)
    for row in kept.values():
        for name, order in relations.items():
            put(row, name, sorted(found.get((name, row.pk), {}).values(), key=order))
    return list(kept.values())


def _turn_to(each: Any, row: Model, first: Model) -> None:
    """What points back at a row points at the one that is kept."""
    cache = each._state.fields_cache
    for name, value in cache.items():
        if value is row:
            cache[name] = first


def put(row: Any, name: str, values: list[Any]) -> None:
    """Let a row's relation be these records, without asking for them."""
    queryset = getattr(row, name).get_queryset()
    queryset._result_cache = values
    queryset._prefetch_done = True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset
