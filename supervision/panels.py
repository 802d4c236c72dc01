"""On the page of a target or a work: its order, and for leaders the way to a new one."""

from datetime import date

from accounts.models import User
from accounts.permissions import Access
from common import clock
from goals.models import Plan, Target
from goals.panels import Panel, beside
from projects.models import Project
from supervision.models import Order
from supervision.permissions import may_draft


@beside
def orders_on(thing: Target | Project, user: User, as_of: date) -> Panel | None:
    """Its orders, the open one first. One query; nothing where there are none and the user makes none."""
    orders = list(Order.objects.visible_to(user).on(thing).with_everything().order_by("-pk"))
    standing = next((order for order in orders if order.is_open), None)
    may = (
        standing is None
        and thing.plan.state == Plan.State.ADOPTED
        and may_draft(Access.of(user), thing.plan)
        and not (isinstance(thing, Project) and thing.same_as_id)
    )
    if not orders and not may:
        return None
    kind = "target" if isinstance(thing, Target) else "project"
    today = clock.today()
    context = {
        "rows": [(order, order.days_late(today)) for order in orders],
        "kind": kind,
        "thing": thing,
        "may": may,
    }
    return Panel("supervision/_panel.html", context)
