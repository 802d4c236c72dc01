"""The scenes of orders: one on a work of the economy office, led as far as the operation needs it."""

from typing import Any

from taoyan.examples.scenes import Play, Scene, written

ORDERS = "/api/v1/orders/"
TERMS = {"grade": "order", "requirement": "倒排工期，逐周报进度。", "working_days": 20}
FEEDBACK = {"done": "已排出清单", "problem": "", "next_step": "逐户上门"}
EXTENSION = {"new_deadline": "2022-12-20", "reason": "上级认定改期"}
# What follows what: the step, by whom, with what.
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("issue", "leader", {}),
    ("sign", "reporter", {}),
    ("apply", "deputy.economy", {"result": "已全部完成"}),
    ("verify", "planner", {"opinion": "属实"}),
    ("close", "leader", {"opinion": "同意销号"}),
)


def _work(stage: Any) -> int:
    found = stage.ask("leader", "get", "/api/v1/projects/?lead_office=economy_office&page_size=1")
    return int(found.json()["results"][0]["id"])


def _led(stage: Any, before: str) -> int:
    """An order that waits for this step."""
    body = TERMS | {"project": _work(stage), "state": "draft"}
    number = int(written(stage, "planner", ORDERS, body)["id"])
    for step, who, given in STEPS:
        if step == before:
            break
        written(stage, who, f"{ORDERS}{number}/{step}/", given)
    return number


def _at(before: str, who: str, body: dict[str, Any] | None) -> Play:
    def play(stage: Any, *_operation: Any) -> Scene:
        return Scene({"id": _led(stage, before)}, body=body, who=who)

    return play


def _issuing(stage: Any, *_operation: Any) -> Scene:
    return Scene(body=TERMS | {"project": _work(stage)}, who="leader")


def _deciding(stage: Any, *_operation: Any) -> Scene:
    number = _led(stage, "apply")
    written(stage, "reporter", f"{ORDERS}{number}/extend/", EXTENSION)
    return Scene({"id": number}, body={"grant": True, "decision": "同意"}, who="leader")


SCENES: dict[str, Play] = {
    "orders_create": _issuing,
    "orders_issue_create": _at("issue", "leader", {}),
    "orders_sign_create": _at("sign", "reporter", None),
    "orders_feedback_create": _at("apply", "reporter", FEEDBACK),
    "orders_extend_create": _at("apply", "reporter", EXTENSION),
    "orders_decide_create": _deciding,
    "orders_apply_create": _at("apply", "deputy.economy", {"result": "已全部完成"}),
    "orders_verify_create": _at("verify", "planner", {"opinion": "属实"}),
    "orders_return_create": _at("verify", "planner", {"reason": "缺佐证"}),
    "orders_close_create": _at("close", "leader", {"opinion": "同意销号"}),
    "orders_withdraw_create": _at("sign", "leader", {"reason": "情况已变"}),
}
