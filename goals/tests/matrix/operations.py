"""What can be tried with a reading, by REST and on the pages. Each takes somebody's client and returns the answer."""

from copy import copy
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from goals.models import Reading

READINGS = "/api/v1/readings/"


class Caller:
    """Somebody at the REST API and in a browser, logged in once."""

    def __init__(self, user: User | None) -> None:
        self.rest, self.browser = APIClient(), Client()
        self.user = user
        if user is not None:
            self.browser.force_login(user)

    def fresh(self) -> "Caller":
        """With a user on whom no request has yet kept what it may: that is asked anew."""
        if self.user is not None:
            self.rest.force_authenticate(copy(self.user))
        return self


def see(caller: Caller, reading: Reading) -> Any:
    return caller.rest.get(f"{READINGS}{reading.pk}/")


def edit(caller: Caller, reading: Reading) -> Any:
    return caller.rest.patch(f"{READINGS}{reading.pk}/", {"value": 6}, format="json")


def delete(caller: Caller, reading: Reading) -> Any:
    return caller.rest.delete(f"{READINGS}{reading.pk}/")


def submit(caller: Caller, reading: Reading) -> Any:
    return caller.rest.post(f"{READINGS}{reading.pk}/submit/")


def approve(caller: Caller, reading: Reading) -> Any:
    return caller.rest.post(f"{READINGS}{reading.pk}/approve/")


def send_back(caller: Caller, reading: Reading) -> Any:
    return caller.rest.post(f"{READINGS}{reading.pk}/return/", {"reason": "请核对"}, format="json")


def approve_many(caller: Caller, reading: Reading) -> Any:
    return caller.rest.post(f"{READINGS}approve/", {"ids": [reading.pk]}, format="json")


def post(caller: Caller, reading: Reading, state: str) -> Any:
    slot = {"indicator": reading.indicator.code, "unit": reading.unit.code, "period": reading.period.isoformat()}
    return caller.rest.post(READINGS, {**slot, "value": 7, "state": state}, format="json")


def post_draft(caller: Caller, reading: Reading) -> Any:
    return post(caller, reading, "draft")


def post_submitted(caller: Caller, reading: Reading) -> Any:
    return post(caller, reading, "submitted")


def post_approved(caller: Caller, reading: Reading) -> Any:
    return post(caller, reading, "approved")


def _key(reading: Reading) -> str:
    return f"{reading.indicator.code}|{reading.unit.code}|{reading.period.isoformat()}"


def page_cell(caller: Caller, reading: Reading) -> Any:
    return caller.browser.post("/report/cell/", {"row": _key(reading), "value": "7", "note": ""})


def page_row(caller: Caller, reading: Reading) -> Any:
    return caller.browser.get("/report/row/", {"row": _key(reading)})


def page_correct(caller: Caller, reading: Reading) -> Any:
    return caller.browser.get(f"/report/{reading.pk}/correct/")


def page_approve(caller: Caller, reading: Reading) -> Any:
    return caller.browser.post(f"/review/{reading.pk}/approve/")


def page_return(caller: Caller, reading: Reading) -> Any:
    return caller.browser.post(f"/review/{reading.pk}/return/", {"reason": "请核对"})


def page_evidence(caller: Caller, reading: Reading) -> Any:
    return caller.browser.get(f"/readings/{reading.pk}/evidence/")


OPERATIONS: dict[str, Any] = {
    f.__name__: f
    for f in (
        *(see, edit, delete, submit, approve, send_back, approve_many, post_draft, post_submitted, post_approved),
        *(page_cell, page_row, page_correct, page_approve, page_return, page_evidence),
    )
}
