"""Writing a scenario: all of it or nothing, and never beside a real plan."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Unit
from audit import trail
from common import bulk, clock
from goals.models import Plan, Reading, WarningProfile
from goals.scenario.rows import CONSTANTS, NO_PASSWORD, SAMPLE, TABLES, Scene
from goals.scenario.shape import SIZES

__all__ = ["SIZES", "Refused", "make", "rows_hash"]
Told = Callable[[str, int], None]


class Refused(Exception):
    """Why this database gets no scenario."""


@transaction.atomic
def make(size: str, seed: int, *, password: str = "", tell: Told | None = None) -> dict[str, int]:
    """Write the scenario; how many rows by table. Raises Refused where a real plan, or a scenario, is."""
    _require_free()
    profile = WarningProfile.objects.order_by("code", "-edition").values_list("pk", flat=True).first()
    if profile is None:
        raise Refused("没有预警方案：请先 migrate / no warning profile: migrate first")
    secret = make_password(password) if password else NO_PASSWORD
    now = clock.now() if clock.today() == timezone.localdate() else _noon()
    scene = Scene(SIZES[size], seed, clock.today(), now, profile, secret, start=_starts())
    counts: dict[str, int] = {}
    for model, columns, rows in TABLES:
        name = model._meta.db_table
        if model is Reading:
            with bulk.indexes_afterwards(model):
                counts[name] = bulk.stream(model, columns.split(), rows(scene), **_constants(model, scene))
        else:
            counts[name] = bulk.stream(model, columns.split(), rows(scene), **_constants(model, scene))
        _move_on(model)
        if tell is not None:
            tell(name, counts[name])
    trail.record(trail.Actor(), [trail.Entry("make_scenario", "plan", size, after={"seed": seed, **counts})])
    return counts


def rows_hash(size: str, seed: int) -> str:
    """What a scenario of today holds, whatever is in the database: the same for the same seed."""
    digest = hashlib.sha256()
    scene = Scene(SIZES[size], seed, clock.today(), _noon(), profile=1, said=datetime.isoformat)
    for model, columns, rows in TABLES:
        digest.update(f"{model._meta.db_table} {columns}\n".encode())
        for row in rows(scene):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def _noon() -> Any:
    """A moment of the portal's day that doesn't move."""
    return clock.now().replace(hour=12, minute=0, second=0, microsecond=0)


def _require_free() -> None:
    real = Plan.objects.exclude(slug__startswith="scenario", document=SAMPLE).values_list("slug", flat=True).first()
    if real is not None:
        raise Refused(
            f"这个数据库有真实计划 {real}，不生成演示场景；请用空数据库 / "
            f"this database holds a real plan, {real}: take an empty one"
        )
    if Unit.objects.filter(code__startswith="scenario").exists():
        raise Refused("这个数据库已有一个场景；请用空数据库 / this database holds a scenario: take an empty one")


def _starts() -> dict[str, int]:
    """From where the ids of each table count."""
    found = {}
    for model, columns, _rows in TABLES:
        if columns.startswith("id "):
            found[model._meta.db_table] = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
    return found


def _constants(model: type[models.Model], scene: Scene) -> dict[str, Any]:
    same = dict(CONSTANTS.get(model, {}))
    if model is Plan:
        same["adopted_at"] = scene.moment
    return same


def _move_on(model: type[models.Model]) -> None:
    """The next id that the database gives comes after ours. SQLite sees to that by itself."""
    if connection.vendor != "postgresql" or model._meta.pk.attname != "id":
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT greatest(max(id), 1) FROM {table}))", [table]
        )
