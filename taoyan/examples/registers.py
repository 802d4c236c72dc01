"""The scenes of registers, made from their declarations: the office that keeps one adds, corrects and voids rows."""

from functools import partial
from typing import Any

from accounts.models import Unit, User
from ledgers.keeping import keeping_of
from ledgers.registry import Ledger, all_ledgers
from taoyan.examples.scenes import Play, Scene

REASON = {"reason": "重复登记"}


def scenes() -> dict[str, Play]:
    """By operation."""
    plays = {"create": _adding, "update": _replacing, "partial_update": _changing, "void_create": _voiding}
    return {
        f"{ledger.section}_{ledger.code}_{action}".replace("-", "_"): partial(play, ledger)
        for ledger in all_ledgers()
        for action, play in plays.items()
    }


def _address(ledger: Ledger) -> str:
    return f"/api/v1/{ledger.section}/{ledger.code}/"


def _keeper(ledger: Ledger) -> str:
    """Who reports for the office that keeps it."""
    keeping = keeping_of(ledger, Unit.objects.get(code="taoyan"))
    return User.objects.filter(grants__role="reporter", grants__unit=keeping.office_id).order_by("pk")[0].username


def _row(stage: Any, ledger: Ledger, who: str) -> dict[str, Any]:
    found: dict[str, Any] | None = stage.first(_address(ledger), who)
    assert found is not None, f"the demonstration has no {ledger.key}"
    return found


def _adding(ledger: Ledger, stage: Any, _path: str, _method: str, operation: dict[str, Any]) -> Scene:
    """The newest row again, once it was voided: no row is there twice."""
    who = _keeper(ledger)
    row = _row(stage, ledger, who)
    stage.ask(who, "post", f"{_address(ledger)}{row['id']}/void/", REASON)
    body = stage.writable(operation, row)
    if row["external_no"]:
        body["external_no"] += "-1"
    return Scene(body=body, who=who)


def _replacing(ledger: Ledger, stage: Any, _path: str, _method: str, operation: dict[str, Any]) -> Scene:
    who = _keeper(ledger)
    row = _row(stage, ledger, who)
    return Scene({"id": row["id"]}, body=stage.writable(operation, row) | {"note": "已核对"}, who=who)


def _changing(ledger: Ledger, stage: Any, *_operation: Any) -> Scene:
    who = _keeper(ledger)
    return Scene({"id": _row(stage, ledger, who)["id"]}, body={"note": "已核对"}, who=who)


def _voiding(ledger: Ledger, stage: Any, *_operation: Any) -> Scene:
    who = _keeper(ledger)
    return Scene({"id": _row(stage, ledger, who)["id"]}, body=REASON, who=who)
