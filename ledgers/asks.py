"""台账核对 as a duty: a register that asks for confirmation is due every month, like a monthly reading."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from goals.asks import Ask, asking
from goals.models import Plan, Target
from goals.progress import deadline, month_key, period_end
from ledgers.counting import measures_over
from ledgers.keeping import root_of
from ledgers.models import Confirmation, Upkeep
from ledgers.registry import Ledger, all_ledgers

DAY, LAG = 10, 1


@asking
def confirmations(user: User, today: date) -> Iterable[Ask]:
    """The registers of the user's offices that aren't confirmed through the last ended month. Four queries at most."""
    access = Access.of(user)
    mine = access.unit_ids(Role.REPORTER) | access.unit_ids(Role.REVIEWER)
    unit = next((g.unit for g in access.grants if g.unit is not None), None)
    wanted = [ledger for ledger in all_ledgers() if ledger.confirmation and measures_over(ledger)]
    if unit is None or not mine or not wanted:
        return
    root, through = root_of(unit), period_end(month_key(today) - 1)
    kept = _kept_by(wanted, root, mine, through.year)
    if not kept:
        return
    confirmed = Confirmation.objects.filter(ledger__in=[ledger.key for ledger in kept], root=root).order_by("pk")
    known = dict(confirmed.values_list("ledger", "through"))
    limit = deadline(through, DAY, LAG)
    for ledger in kept:
        if known.get(ledger.key, date.min) < through:
            said = _("核对至 %(day)s，之后才计入指标。") % {"day": through.isoformat()}
            yield Ask(str(ledger.name), said, ledger.address, limit, limit < today)


def _kept_by(ledgers: list[Ledger], root: Unit, offices: set[int], year: int) -> list[Ledger]:
    """Those of the registers that one of the offices keeps, and that feed a target of an adopted plan of the year."""
    codes = {measure.code: ledger for ledger in ledgers for measure in measures_over(ledger)}
    fed = Target.objects.filter(
        plan__unit=root, plan__year=year, plan__state=Plan.State.ADOPTED, indicator__measure__in=codes
    )
    leads: dict[str, set[int]] = {}
    for code, office in fed.order_by().values_list("indicator__measure", "lead_office"):
        leads.setdefault(codes[code].key, set()).add(office)
    named = dict(Upkeep.objects.filter(ledger__in=leads, root=root).order_by("pk").values_list("ledger", "office"))
    return [
        ledger
        for ledger in ledgers
        if ledger.key in leads and ({named[ledger.key]} if named.get(ledger.key) else leads[ledger.key]) & offices
    ]
