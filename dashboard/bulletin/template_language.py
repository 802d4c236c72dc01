"""What a template may say: fields, loops over what the bulletin has, and conditions; nothing that runs.

A template is checked against the names that the bulletin has before it is kept, whichever branch they stand in, and
rendered in Jinja's sandbox, without its globals, where a name that isn't there is an error.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Loops within loops multiply.
DEEPEST = 2
FILTERS = frozenset({"default", "length", "join", "e", "escape"})
_ALLOWED = (
    *(nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.For, nodes.If, nodes.Compare),
    *(nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Filter, nodes.Getitem, nodes.Test),
)
_LOOP = {"index": 1, "index0": 0, "first": True, "last": True, "length": 1}


def environment() -> ImmutableSandboxedEnvironment:
    """Without globals, and with the harmless filters alone."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in ("defined", "none")}
    return made


def check(source: str, facts: Mapping[str, Any]) -> None:
    """Raises ValidationError for what can't be read, isn't allowed or has no field in these facts."""
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        raise ValidationError(_("模板的写法有误：%(why)s") % {"why": error.message or ""}, code="syntax") from error
    except RecursionError as error:
        raise ValidationError(_("模板嵌套过深。"), code="too_deep") from error
    for node in tree.iter_child_nodes():
        _walk(node, dict(facts), 0)


def _walk(node: nodes.Node, known: dict[str, Any], depth: int) -> None:
    if not isinstance(node, _ALLOWED):
        said = _("模板里只能用字段、循环和条件，不能用 %(what)s。") % {"what": type(node).__name__}
        raise ValidationError(said, code="not_allowed")
    if isinstance(node, nodes.For):
        _walk_loop(node, known, depth)
        return
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        _value_of(node, known)
        return
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise ValidationError(_("模板里不能用过滤器 %(name)s。") % {"name": node.name}, code="not_allowed")
    for child in node.iter_child_nodes():
        _walk(child, known, depth)


def _walk_loop(node: nodes.For, known: dict[str, Any], depth: int) -> None:
    if depth >= DEEPEST:
        raise ValidationError(_("模板里的循环最多套 %(n)s 层。") % {"n": DEEPEST}, code="too_deep")
    if node.recursive or not isinstance(node.target, nodes.Name):
        raise ValidationError(_("模板里的循环应写成 for 行 in 列表。"), code="not_allowed")
    rows = _value_of(node.iter, known)
    if not isinstance(rows, list):
        raise ValidationError(_("“%(name)s”不是列表，不能循环。") % {"name": _written(node.iter)}, code="no_list")
    # Every row has the same fields; without one to look at nothing can be said of them.
    inside = known | {"loop": _LOOP} | ({node.target.name: rows[0]} if rows else {})
    for child in _inside(node):
        _walk(child, inside, depth + 1)


def _inside(node: nodes.For) -> Iterator[nodes.Node]:
    yield from node.body
    yield from node.else_
    if node.test is not None:
        yield node.test


def _value_of(node: nodes.Node, known: Mapping[str, Any]) -> Any:
    """What the expression comes to in the facts; raises ValidationError naming the field that isn't there."""
    if isinstance(node, nodes.Name):
        return _entry(known, node.name, node)
    if isinstance(node, nodes.Getattr):
        return _entry(_value_of(node.node, known), node.attr, node)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        return _entry(_value_of(node.node, known), node.arg.value, node)
    said = _("模板里只能用字段、循环和条件，不能用 %(what)s。") % {"what": type(node).__name__}
    raise ValidationError(said, code="not_allowed")


def _entry(table: Any, name: str, node: nodes.Node) -> Any:
    if isinstance(table, Mapping) and name in table:
        return table[name]
    raise ValidationError(_("没有“%(name)s”这个字段。") % {"name": _written(node)}, code="unknown_field")


def _written(node: nodes.Node) -> str:
    """The field as the template writes it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{_written(node.node)}.{node.arg.value}"
    return type(node).__name__
