"""Who may do what, in one place. Pages, API and admin ask `Access`; `goals.permissions` builds on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet, Value

from accounts.models import Grant, PostHolder, Role, Unit, User
from audit.trail import Actor
from common import clock

BUSINESS = frozenset({Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.PLANNER, Role.DATA_FEED})
_ROOTS = frozenset({Unit.Kind.SUBDISTRICT, Unit.Kind.DISTRICT})
# All that needs no conversion on its way from the database.
_UNIT_FIELDS = [field.attname for field in Unit._meta.concrete_fields if field.name != "updated_at"]
_NOBODY, _NEVER = -1, date.min


@dataclass
class Access:
    """A user's grants, with those that the posts held today bring, read once a request (`Access.of(request.user)`)."""

    user: User
    grants: list[Grant]

    @classmethod
    def of(cls, user: User | AnonymousUser) -> "Access":
        """The access of this user; kept on the user object, so a request asks the database once."""
        if not isinstance(user, User) or not user.is_active:
            return cls(user=user, grants=[])  # type: ignore[arg-type]
        kept = getattr(user, "_access", None)
        if kept is None:
            kept = cls(user=user, grants=_grants_of(user, clock.today()))
            user._access = kept  # type: ignore[attr-defined]
        return kept

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(g.role for g in self.grants)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def sees_business(self) -> bool:
        """Plans, figures and progress; not for who only administers or audits."""
        return self.has(*BUSINESS)

    @cached_property
    def sees_several(self) -> bool:
        """Business of the whole portal, or of a district with all its subdistricts. Asks no query for grants whose
        unit is a root or hangs on one."""
        if self._sees_all(BUSINESS):
            return True
        units = [g.unit for g in self.grants if g.role in BUSINESS and g.unit is not None]
        roots = [near for unit in units if (near := _near_root(unit)) is not None]
        return len({root.pk for root in roots}) > 1 or any(root.kind == Unit.Kind.DISTRICT for root in roots)

    def everywhere(self, role: str) -> bool:
        """Does the role hold for the whole portal?"""
        return any(g.role == role and g.unit is None for g in self.grants)

    def unit_ids(self, role: str) -> set[int]:
        """The units for which the role was granted."""
        return {g.unit_id for g in self.grants if g.role == role and g.unit_id is not None}

    def holds(self, role: str, unit: Unit | None) -> bool:
        """Does the user have this role for exactly this unit?"""
        return self.everywhere(role) or (unit is not None and unit.pk in self.unit_ids(role))

    def commands(self, role: str, unit: Unit) -> bool:
        """Does the user have this role for this unit or one above it (or for an office of the same subdistrict)?"""
        return self.everywhere(role) or any(unit.path.startswith(root) for root in self._roots({role}))

    def visible_units(self, prefix: str = "", roles: Iterable[str] = BUSINESS) -> Q:
        """A filter of rows by the unit they belong to: all of one's own subdistrict (or district)."""
        wanted = set(roles)
        if self._sees_all(wanted):
            return Q()
        field = f"{prefix}__path__startswith" if prefix else "path__startswith"
        condition = Q(pk__in=[])
        for root in self._roots(wanted):
            condition |= Q(**{field: root})
        return condition

    def _sees_all(self, roles: Iterable[str]) -> bool:
        return any(self.everywhere(role) for role in roles)

    @cached_property
    def seen_units(self) -> list[Unit]:
        """The units whose business the user sees, by path. One query, once a request."""
        return list(Unit.objects.filter(self.visible_units()).order_by("path"))

    def seen_rows(self) -> Q:
        """The same as `visible_units("unit")` for tables of many rows: by the units' ids, which a database can
        estimate, where a path's beginning leads it to read them all and sort."""
        return Q() if self._sees_all(BUSINESS) else Q(unit__in=[unit.pk for unit in self.seen_units])

    def planned_units(self, prefix: str = "") -> Q:
        """The same, of those that the user plans for."""
        return self.visible_units(prefix, {Role.PLANNER})

    @cached_property
    def _root_by_unit(self) -> dict[int, str]:
        """For each unit of the grants the path of its nearest subdistrict or district (itself included)."""
        units = {g.unit.pk: g.unit for g in self.grants if g.unit is not None}
        roots = {pk: near.path for pk, unit in units.items() if (near := _near_root(unit))}
        far = {pk: unit for pk, unit in units.items() if pk not in roots}
        codes = {code for unit in far.values() for code in unit.ancestor_codes()}
        kinds = dict(Unit.objects.filter(code__in=codes).values_list("code", "kind")) if codes else {}
        for pk, unit in far.items():
            chain = unit.ancestor_codes()
            depth = next((i for i in range(len(chain), 0, -1) if kinds.get(chain[i - 1]) in _ROOTS), 1)
            roots[pk] = "/" + "".join(f"{code}/" for code in chain[:depth])
        return roots

    def _roots(self, roles: Iterable[str]) -> set[str]:
        wanted = set(roles)
        return {self._root_by_unit[g.unit_id] for g in self.grants if g.role in wanted and g.unit_id is not None}

    def actor(self, *roles: str, origin: str = "") -> Actor:
        """How the audit trail names this user, acting in the first of these roles that it has."""
        grant = next((g for role in roles for g in self.grants if g.role == role), None)
        unit = grant.unit if grant else None
        return Actor(
            id=self.user.pk,
            name=str(self.user),
            role=grant.role if grant else "",
            unit_code=unit.code if unit else "",
            unit_name=unit.name if unit else "",
            origin=origin,
        )


def _near_root(unit: Unit) -> Unit | None:
    """The unit itself or its parent, where that is a root: nearly always, and without asking the database."""
    return next((u for u in (unit, unit.parent) if u is not None and u.kind in _ROOTS), None)


def _grants_of(user: User, day: date) -> list[Grant]:
    """What was granted, then what the posts held on the day bring (as unsaved grants), in one query.

    An administrator combines with no other role: posts bring nothing then.
    """
    sql, params = _grants_statement()
    adapt = connection.ops.adapt_datefield_value
    asked = {_NOBODY: user.pk, adapt(_NEVER): adapt(day)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked.get(param, param) for param in params])
        rows = sorted(cursor.fetchall(), key=lambda row: row[:2])
    units: dict[int, Unit] = {}
    grants: dict[tuple[str, int | None], Grant] = {}
    for source, pk, role, *columns in rows:
        if source and any(g.role == Role.ADMINISTRATOR for g in grants.values()):
            break
        unit = _unit_of(columns, units)
        grant = Grant(pk=None if source else pk, user=user, role=role, unit=unit)
        grants.setdefault((role, unit.pk if unit else None), grant)
    return list(grants.values())


@cache
def _grants_statement() -> tuple[str, tuple[Any, ...]]:
    """The query for nobody on no day. Every request asks it, and building its SQL takes longer than running it."""
    own = Grant.objects.filter(user_id=_NOBODY).annotate(source=Value(0))
    held = PostHolder.objects.on(_NEVER).filter(user_id=_NOBODY).exclude(post__role="").annotate(source=Value(1))
    both = _with_unit(own, "role", "unit").union(_with_unit(held, "post__role", "post__unit"), all=True)
    return both.query.sql_with_params()


def _with_unit(queryset: "QuerySet[Any]", role: str, unit: str) -> "QuerySet[Any]":
    columns = [f"{prefix}__{name}" for prefix in (unit, f"{unit}__parent") for name in _UNIT_FIELDS]
    return queryset.order_by().values_list("source", "pk", role, *columns)


def _unit_of(columns: list[Any], known: dict[int, Unit]) -> Unit | None:
    """The unit with its parent, from their columns side by side."""
    if columns[0] is None:
        return None
    size = len(_UNIT_FIELDS)
    found = known.setdefault(columns[0], Unit.from_db("default", _UNIT_FIELDS, columns[:size]))
    if columns[size:] and columns[size] is not None:
        found.parent = _unit_of(columns[size:], known)
    return found
