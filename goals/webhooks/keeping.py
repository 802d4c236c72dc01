"""What planners do with hooks, and the administrator with the addresses: one transaction each, with its audit event.

Planners keep the hooks, for a hook hands out what they see; administrators, who see no figures, keep the list of
addresses that figures may leave for. So it takes both.
"""

import re
from ipaddress import IPv4Network
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict, Forbidden, StaleVersion
from goals.models import AllowedAddress, Delivery, Hook, Plan
from goals.permissions import keeps_addresses
from goals.planning import plain, require_planner
from goals.webhooks import delivery as sending
from goals.webhooks import outbox, secrets
from goals.webhooks.addresses import network_of, parsed

_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?\Z")
# Larger networks than these (10.0.0.0/8, a provider's allotment) would be no list any more.
_WIDEST_4, _WIDEST_6 = 8, 32


@transaction.atomic
def save_hook(user: User, hook: Hook, *, origin: str = "") -> str | None:
    """Make or change a hook; whoever saves it answers for it from then on. The secret, where it is new."""
    require_planner(user, hook.unit)
    before = _plain(_locked(user, hook)) if hook.pk else {}
    try:
        parsed(hook.address)
    except ValidationError as error:
        raise ValidationError({"address": error.error_list}) from error
    if hook.plan_id and not Plan.objects.visible_to(user).filter(pk=hook.plan_id).exists():
        raise ValidationError({"plan": ValidationError(_("没有这个计划。"), code="does_not_exist")})
    if not (hook.on_status or hook.on_approval):
        raise ValidationError({"on_status": ValidationError(_("至少选一种事件。"), code="required")})
    hook.owner = user
    secret = None if hook.pk else secrets.renew(hook)
    hook.full_clean()
    hook.save()
    _tell(user, "save", hook, before, _plain(hook), origin)
    return secret


@transaction.atomic
def new_secret(user: User, hook: Hook, *, origin: str = "") -> str:
    """In place of the old one, which from now on signs nothing."""
    require_planner(user, hook.unit)
    found = _locked(user, hook)
    secret = secrets.renew(found)
    found.save(update_fields=["salt", "fingerprint"])
    _tell(user, "new_secret", found, {}, {"name": found.name}, origin)
    return secret


@transaction.atomic
def delete_hook(user: User, hook: Hook, *, origin: str = "") -> None:
    """With all that it was told and all that it was to be told."""
    require_planner(user, hook.unit)
    found = _locked(user, hook)
    _tell(user, "delete", found, _plain(found), {}, origin)
    found.delete()


def send_test(user: User, hook: Hook, *, origin: str = "") -> Delivery:
    """A message without a fact, sent at once and once; how it went stands on it."""
    with transaction.atomic():
        require_planner(user, hook.unit)
        if not hook.is_active:
            raise Conflict(_("已停用，启用后才能试发。"))
        made = outbox.test_message(hook)
        made.save(force_insert=True)
        _tell(user, "test", hook, {}, {"delivery": str(made.pk)}, origin)
    sending.deliver(made.pk)
    made.refresh_from_db()
    return made


@transaction.atomic
def send_again(user: User, message_id: UUID, *, origin: str = "") -> None:
    """A message once more, or now in place of later; not when it is too old or on its way."""
    found = Delivery.objects.select_for_update(of=("self",)).select_related("hook__unit").get(pk=message_id)
    require_planner(user, found.hook.unit)
    now = timezone.now()
    if not found.may_be_sent_again:
        raise Conflict(_("超过 3 天的消息和试发不能重发。"))
    if found.claimed_until is not None and found.claimed_until > now:
        raise Conflict(_("正在发送，请稍候。"))
    found.state, found.next_at = Delivery.State.PENDING, now
    found.save(update_fields=["state", "next_at"])
    _tell(user, "resend", found.hook, {}, {"delivery": str(found.pk)}, origin)
    transaction.on_commit(lambda: outbox.ring([str(found.pk)]), robust=True)


@transaction.atomic
def allow(user: User, entry: AllowedAddress, *, origin: str = "") -> AllowedAddress:
    """Let hooks reach a host or a network."""
    _require_administrator(user)
    entry.address = _normal(entry.address)
    entry.full_clean()
    entry.save()
    after = {"address": entry.address, "note": entry.note}
    trail.record(_administrator(user, origin), [trail.Entry("allow", "hookaddress", str(entry.pk), after=after)])
    return entry


@transaction.atomic
def disallow(user: User, pk: int, *, origin: str = "") -> None:
    """From the next attempt on."""
    _require_administrator(user)
    found = AllowedAddress.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这个地址已不在表中。"))
    before = {"address": found.address, "note": found.note}
    trail.record(_administrator(user, origin), [trail.Entry("disallow", "hookaddress", str(pk), before=before)])
    found.delete()


def _normal(raw: str) -> str:
    """A host in lower case, or a network as it is written; raises ValidationError for `address`."""
    text = raw.strip().lower().rstrip(".")
    network = network_of(text)
    if network is None and not _HOST.match(text):
        said = _("应为主机名（如 data.example.cn）、IP 地址或网段（如 10.1.2.0/24）。")
        raise ValidationError({"address": ValidationError(said, code="invalid")})
    if network is None:
        return text
    if network.prefixlen < (_WIDEST_4 if isinstance(network, IPv4Network) else _WIDEST_6):
        raise ValidationError({"address": ValidationError(_("网段过大。"), code="too_wide")})
    return str(network)


def _require_administrator(user: User) -> None:
    if not keeps_addresses(Access.of(user)):
        raise Forbidden(_("只有系统管理员可以修改。"))


def _administrator(user: User, origin: str) -> trail.Actor:
    return Access.of(user).actor(Role.ADMINISTRATOR, origin=origin)


def _locked(user: User, hook: Hook) -> Hook:
    """The hook as it is stored; raises when it is gone, of another's unit, or was changed since it was read."""
    found = Hook.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=hook.pk).first()
    if found is None:
        raise Conflict(_("这条记录已不存在。"))
    if found.version != hook.version:
        raise StaleVersion(_("这条记录已被他人修改，请刷新后再试。"))
    require_planner(user, found.unit)
    return found


def _plain(hook: Hook) -> dict[str, Any]:
    return {name: value for name, value in plain(hook).items() if name not in ("salt", "fingerprint")}


def _tell(user: User, action: str, hook: Hook, before: dict[str, Any], after: dict[str, Any], origin: str) -> None:
    actor = Access.of(user).actor(Role.PLANNER, origin=origin)
    trail.record(actor, [trail.Entry(action, "hook", str(hook.pk), before, after)])
