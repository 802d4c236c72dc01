"""`?fields=` and `?expand=`: less of each row, or more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

Row = dict[str, Any]
# Adds to the rows of an answer what was asked for: in a fixed number of queries for any number of them.
Expand = Callable[[Any, Sequence[Row]], None]
EXPANDED = "expanded"


def asked(request: Request, name: str, known: Iterable[str]) -> list[str]:
    """The names in a parameter, with commas between; ValidationError for one that isn't known."""
    raw = request.query_params.get(name)
    if raw is None:
        return []
    found = list(dict.fromkeys(raw.split(",")))
    allowed = set(known)
    for each in found:
        if each not in allowed:
            said = _("没有“%(name)s”，可用：%(known)s。") % {"name": each[:50], "known": ", ".join(sorted(allowed))}
            raise ValidationError({name: [ErrorDetail(str(said), code="unknown_name")]})
    return found


def shaped(view: Any, rows: Sequence[Row], known: Callable[[], Iterable[str]]) -> Sequence[Row]:
    """The rows as the request wants them; `known` are the fields' names, asked for where it names some."""
    expansions: Mapping[str, Expand] = view.expandable
    expand = asked(view.request, "expand", expansions)
    fields = asked(view.request, "fields", [*known(), *expansions]) if "fields" in view.request.query_params else []
    for name in expand:
        expansions[name](view, rows)
    if not fields:
        return rows
    kept = [*fields, *(name for name in (EXPANDED, *expand) if name not in fields)]
    return [{name: row[name] for name in kept if name in row} for row in rows]


def beside(name: str, viewset: Callable[[], type[Any]], *, by: str = "code") -> Expand:
    """The records that the rows name in this field, each whole, in `expanded.<name>` beside the row.

    `viewset` is the resource that answers for them: who may not see them there, doesn't see them here.
    """

    def add(view: Any, rows: Sequence[Row]) -> None:
        names = {row[name] for row in rows if row[name] is not None}
        other = viewset()(request=view.request, format_kwarg=None, kwargs={}, action="list", args=())
        found = other.get_queryset().filter(**{f"{by}__in": names})
        whole = {each[by]: each for each in other.rows(list(found))}
        for row in rows:
            row.setdefault(EXPANDED, {})[name] = whole.get(row[name])

    return add
