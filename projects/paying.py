"""资金: entries of a work's book, and what they add up to. Nothing is paid beyond the contract and its changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from goals.planning import plain
from projects.models import Payment, Project
from projects.permissions import may_keep_books
from projects.planning import locked, refuse, tell

Kind = Payment.Kind
ZERO = Decimal(0)


@dataclass(frozen=True)
class Source:
    """Where money comes from: promised, and arrived."""

    name: str
    budget: Decimal
    received: Decimal

    @property
    def waits(self) -> bool:
        return self.received < self.budget


@dataclass(frozen=True)
class Funds:
    """A work's book added up, in 万元."""

    totals: dict[str, Decimal] = field(default_factory=dict)
    sources: Sequence[Source] = ()

    def of(self, kind: str) -> Decimal:
        return self.totals.get(kind, ZERO)

    @property
    def budget(self) -> Decimal:
        return self.of(Kind.BUDGET)

    @property
    def received(self) -> Decimal:
        return self.of(Kind.RECEIVED)

    @property
    def paid(self) -> Decimal:
        return self.of(Kind.PAID)

    @property
    def contracted(self) -> Decimal:
        return self.of(Kind.CONTRACT) + self.of(Kind.CHANGE)

    @property
    def settled(self) -> Decimal:
        return self.of(Kind.SETTLED)

    @property
    def retained(self) -> Decimal:
        return self.of(Kind.RETAINED)

    @property
    def ceiling(self) -> Decimal | None:
        """The most that may be paid: contract and changes, once settled no more than the settled price."""
        if not self.totals.keys() & {Kind.CONTRACT, Kind.CHANGE}:
            return None
        return min(self.contracted, self.settled) if Kind.SETTLED in self.totals else self.contracted

    @property
    def whole(self) -> Decimal:
        """What the bars are shares of."""
        return max(self.budget, self.received, self.paid)

    def share(self, amount: Decimal) -> Decimal | None:
        return 100 * amount / self.whole if self.whole > 0 else None

    @property
    def paid_share(self) -> Decimal | None:
        return self.share(self.paid)

    @property
    def received_share(self) -> Decimal | None:
        return self.share(self.received)


def funds_of(payments: Iterable[Payment]) -> Funds:
    """Added up."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    sources: dict[str, dict[str, Decimal]] = {}
    for each in payments:
        totals[each.kind] += each.amount
        if each.kind in (Kind.BUDGET, Kind.RECEIVED):
            of = sources.setdefault(each.source, defaultdict(Decimal))
            of[each.kind] += each.amount
    listed = [Source(name, found[Kind.BUDGET], found[Kind.RECEIVED]) for name, found in sources.items()]
    return Funds(dict(totals), listed)


@transaction.atomic
def save_payment(user: User, payment: Payment, *, origin: str = "") -> Payment:
    """Add or change an entry, the book still adding up."""
    project = locked(user, payment.project_id)
    _require(user, project)
    payment.project = project
    old = Payment.objects.filter(pk=payment.pk).first() if payment.pk else None
    if old is not None and old.project_id != project.pk:
        raise refuse("project", _("不能移到另一个项目。"))
    if payment.day > clock.today():
        raise refuse("day", _("日期不能晚于今天。"), "future")
    if payment.amount == 0 or (payment.amount < 0 and payment.kind != Kind.CHANGE):
        raise refuse("amount", _("金额应大于零；只有合同变更可以为负。"), "not_positive")
    payment.entered_by = payment.entered_by or user
    payment.full_clean(exclude=["project"])
    payment.save()
    _check(project, payment.kind)
    entry = trail.Entry("save", "payment", str(payment.pk), plain(old) if old else {}, plain(payment))
    tell(user, [entry], roles=(Role.REPORTER, Role.PLANNER), origin=origin)
    return payment


@transaction.atomic
def delete_payment(user: User, payment: Payment, *, origin: str = "") -> None:
    """A wrong entry goes; the trail keeps it."""
    project = locked(user, payment.project_id)
    _require(user, project)
    found = Payment.objects.filter(pk=payment.pk).first()
    if found is None:
        raise Conflict(_("这一笔已不存在。"))
    entry = trail.Entry("delete", "payment", str(found.pk), before=plain(found))
    found.delete()
    _check(project, found.kind)
    tell(user, [entry], roles=(Role.REPORTER, Role.PLANNER), origin=origin)


def _require(user: User, project: Project) -> None:
    if not may_keep_books(Access.of(user), project):
        raise Forbidden(_("资金由牵头单位和计划管理员登记。"))


def _check(project: Project, kind: str) -> None:
    """The book as it would stand."""
    funds = funds_of(project.payments.all())
    facts = {"paid": f"{funds.paid:f}", "ceiling": f"{funds.ceiling or ZERO:f}"}
    if funds.paid > 0 and funds.ceiling is None:
        raise refuse("amount", _("还没有登记合同，不能登记支付。"), "no_contract")
    if funds.ceiling is not None and funds.paid > funds.ceiling:
        said = _("支付合计 %(paid)s 万元，超过合同价加变更（或审定价）%(ceiling)s 万元。") % facts
        raise refuse("amount", said, "above_contract")
    if kind == Kind.RETAINED and funds.retained > (funds.settled or funds.contracted):
        raise refuse("amount", _("质保金超过合同价或审定价。"), "above_contract")
    if funds.contracted < 0:
        raise refuse("amount", _("变更后的合同价不能为负。"), "negative_contract")
