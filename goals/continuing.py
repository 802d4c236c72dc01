"""What a plan carries on from the year before: whose goals are still to be entered.

A draft that `goals.rollover` made has the headings and programmes of the plan that it `follows`. A target joins it with
its new goal; until then it waits, and the draft can't be adopted.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from goals.duties import Lack
from goals.models import Discontinued, Plan, Target


def waiting(plan: Plan) -> "QuerySet[Target]":
    """The targets of the year before that are neither carried on nor discontinued, in their document's order."""
    carried = Target.objects.filter(plan=plan, code=OuterRef("code"))
    dropped = Discontinued.objects.filter(plan=plan, target=OuterRef("pk"))
    return (
        Target.objects.filter(plan=plan.follows_id, plan__isnull=False)
        .exclude(Exists(carried))
        .exclude(Exists(dropped))
        .order_by("theme__section__order", "theme__order", "order", "code")
    )


def lacking(plan: Plan) -> list[Lack]:
    """Why adoption has to wait: goals still to be entered. One query; none for a plan that follows no other."""
    if plan.follows_id is None:
        return []
    address = reverse("goals", args=[plan.slug])
    said = _("%(target)s：下年目标值还没有录入。")
    return [Lack(t, "goal", "no_goal", said % {"target": f"{t.code} {t.name}"}, address) for t in waiting(plan)]


def next_of(plan: Plan) -> Plan | None:
    """The unit's plan for the year after, where there is one."""
    return Plan.objects.defer("document").filter(unit=plan.unit_id, year=plan.year + 1).first()
