"""What the house says of each cell (`architecture.md`, 'Who may do what'; `rest.md` for the codes).

Invisible is 404 and visible but not allowed 403; who has nothing to do with figures is 403 everywhere; without a login
the API says 401 and pages lead to the login.
"""

from typing import NamedTuple

from accounts.models import Role
from goals.models.reading import State
from goals.tests.matrix.cast import ANONYMOUS

WITH_FIGURES = {Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.PLANNER, Role.DATA_FEED}
PAGES_OF = {
    "page_cell": {Role.REPORTER},
    "page_row": {Role.REPORTER},
    "page_correct": {Role.REPORTER},
    "page_approve": {Role.REVIEWER},
    "page_return": {Role.REVIEWER},
    "page_evidence": WITH_FIGURES,
}
LOOKS = ("see", "page_evidence")
REVIEWS = ("approve", "send_back", "approve_many", "page_approve", "page_return")
POSTS = ("post_draft", "post_submitted", "post_approved")


class Rule(NamedTuple):
    """The answer's code, and whether anything changes."""

    status: int
    changes: bool = False


def expected(who: str, operation: str, where: str, state: str) -> Rule:
    if who == ANONYMOUS:
        return Rule(302 if operation.startswith("page_") else 401)
    if who not in PAGES_OF.get(operation, WITH_FIGURES):
        return Rule(403)
    if where == "foreign":
        return Rule(_invisible(operation))
    if operation in LOOKS:
        return Rule(200)
    if not _allowed(who, operation, where):
        return Rule(403)
    return _done(operation, state)


def _invisible(operation: str) -> int:
    """In a body an unknown unit is a mistake of its field; in a bulk approval an unknown id refuses the call."""
    if operation in POSTS:
        return 400
    return 403 if operation == "approve_many" else 404


def _allowed(who: str, operation: str, where: str) -> bool:
    if where != "own":
        return False
    if operation in REVIEWS:
        return who == Role.REVIEWER
    if operation == "post_approved":
        return who == Role.DATA_FEED
    return who in (Role.REPORTER, Role.DATA_FEED)


def _done(operation: str, state: str) -> Rule:
    """What an allowed operation does to a reading in this state."""
    if operation in ("approve", "send_back"):
        return Rule(200, True) if state == State.SUBMITTED else Rule(409)
    if operation == "approve_many":
        return Rule(200, state == State.SUBMITTED)
    if operation in ("page_approve", "page_return"):
        return Rule(302, state == State.SUBMITTED)  # back to the queue, which says what became of it
    if operation in ("page_correct", "page_row"):
        return Rule(200)
    if operation in ("edit", "delete"):
        return Rule(204 if operation == "delete" else 200, True) if state == State.DRAFT else Rule(409)
    if operation == "submit":
        return Rule(200, state == State.DRAFT) if state in (State.DRAFT, State.SUBMITTED) else Rule(409)
    if state == State.SUBMITTED:
        return Rule(400 if operation == "page_cell" else 409)
    if operation == "page_cell" or state == State.DRAFT:
        return Rule(200, True)
    return Rule(201, True)  # a new revision
