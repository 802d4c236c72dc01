"""数据接口: which machine accounts feed an indicator. One transaction, with its audit event."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from goals.models import Indicator
from goals.planning import require_planner


def feed_accounts() -> "QuerySet[User]":
    """The machine accounts that may feed."""
    return User.objects.filter(is_machine=True, is_active=True, grants__role=Role.DATA_FEED).distinct()


@transaction.atomic
def name_feeds(user: User, indicator: Indicator, accounts: Sequence[User], *, origin: str = "") -> None:
    """These accounts, and no others, post the indicator's figures from now on."""
    require_planner(user)
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    wanted = {account.pk: account for account in accounts}
    known = set(feed_accounts().filter(pk__in=wanted).values_list("pk", flat=True))
    wrong = [account.username for pk, account in wanted.items() if pk not in known]
    if wrong:
        said = _("%(names)s 不是数据接口的机器账号。") % {"names": "、".join(sorted(wrong))}
        raise ValidationError({"feeds": ValidationError(said, code="not_a_feed")})
    before = _names(indicator)
    indicator.feeds.set(accounts)
    after = _names(indicator)
    if before == after:
        return
    entry = trail.Entry("name_feeds", "indicator", str(indicator.pk), {"feeds": before}, {"feeds": after})
    trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), [entry])


@dataclass(frozen=True)
class Feed:
    """An account and what it feeds."""

    account: User
    indicators: list[Indicator]


def by_account() -> list[Feed]:
    """Every feed with its indicators, idle ones too. Two queries."""
    indicators = Prefetch("fed_indicators", queryset=Indicator.objects.order_by("code"), to_attr="fed")
    accounts = feed_accounts().order_by("username").prefetch_related(indicators)
    return [Feed(account, account.fed) for account in accounts]  # type: ignore[attr-defined]


def _names(indicator: Indicator) -> list[str]:
    return sorted(indicator.feeds.values_list("username", flat=True))
