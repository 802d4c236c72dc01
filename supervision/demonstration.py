"""The demonstration's orders, from `data/demo/orders.yaml`: made by the services, on the days on which it would have
happened. What the portal proposes on its day stands beside them."""

from collections.abc import Mapping
from typing import Any

import yaml
from django.conf import settings

from accounts.models import User
from common import clock
from goals.models import Target
from supervision import answering, issuing, proposing
from supervision.issuing import Terms
from supervision.models import Order

FILE = settings.BASE_DIR / "data" / "demo" / "orders.yaml"


def demonstrate(users: Mapping[str, User]) -> None:
    for entry in yaml.safe_load(FILE.read_text(encoding="utf-8")):
        order: Order | None = None
        for step in entry["steps"]:
            with clock.pretending(step["day"], hour=10):
                order = _take(users[step["by"]], entry, step, order)
    proposing.propose(clock.today())


def _take(user: User, entry: Mapping[str, Any], step: Mapping[str, Any], order: Order | None) -> Order:
    if step["what"] == "issue":
        thing = Target.objects.get(plan__slug="taoyan-2022", code=entry["target"])
        terms = Terms(entry["grade"], entry["requirement"], working_days=entry["working_days"])
        return issuing.issue_new(user, thing, terms)
    assert order is not None
    if step["what"] == "sign":
        return answering.sign(user, order)
    if step["what"] == "feedback":
        return answering.feed_back(user, order, step["done"], step["problem"], step["next_step"])
    answering.ask_extension(user, order, step["new_deadline"], step["reason"])
    return order
