"""Who holds a post: appoint, end, hand over. One transaction each, with its audit event.

Duties hang on posts, and drafts and what is due on units: what is open moves with the post, without an edit.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Post, PostHolder, Role, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict, Forbidden

# What a hand-over calls the columns of its two holdings.
_ASKED = {"user": "successor", "held_from": "first_day", "handover": "note"}


@transaction.atomic
def appoint(
    user: User,
    post: Post,
    holder: User,
    *,
    held_from: date,
    held_to: date | None = None,
    is_deputy: bool = False,
    origin: str = "",
) -> PostHolder:
    """From a day on (until another, where given) the holder, or a deputy beside the holder, has the post."""
    post = _locked(user, post)
    holding = PostHolder(post=post, user=holder, held_from=held_from, held_to=held_to, is_deputy=is_deputy)
    _check(user, holding)
    holding.save()
    _tell(user, "appoint", post, {}, plain(holding), origin)
    return holding


@transaction.atomic
def end_holding(user: User, holding: PostHolder, last_day: date, *, origin: str = "") -> PostHolder:
    """The holder's last day; an end that was set already is brought forward, never put off."""
    post = _locked(user, holding.post)
    holding = PostHolder.objects.select_related("user").get(pk=holding.pk)
    before = plain(holding)
    _end(holding, last_day)
    _tell(user, "end_holding", post, before, plain(holding), origin)
    return holding


@transaction.atomic
def hand_over(
    user: User,
    holding: PostHolder,
    successor: User,
    *,
    last_day: date,
    first_day: date,
    note: str = "",
    origin: str = "",
) -> PostHolder:
    """The old holder's last day, the successor's first, and what the one tells the other; all of it or nothing."""
    post = _locked(user, holding.post)
    holding = PostHolder.objects.select_related("user").get(pk=holding.pk)
    before = plain(holding)
    if first_day <= last_day:
        raise ValidationError({"first_day": _("接任日应晚于原任最后一天。")})
    if successor.pk == holding.user_id:
        raise ValidationError({"successor": _("接任人就是现任，请选择他人。")})
    holding.handover = note
    new = PostHolder(post=post, user=successor, held_from=first_day, is_deputy=holding.is_deputy)
    try:
        _end(holding, last_day)
        _check(user, new)
    except ValidationError as error:
        raise ValidationError({_ASKED.get(k, k): v for k, v in error.error_dict.items()}) from error
    new.save()
    _tell(user, "hand_over", post, before, plain(holding) | {"successor": plain(new)}, origin)
    return new


def _locked(user: User, post: Post) -> Post:
    """The post, locked, so that of two planners one comes second; its version grows, for clients that follow it."""
    found = Post.objects.select_for_update(of=("self",)).select_related("unit").get(pk=post.pk)
    if not Access.of(user).commands(Role.PLANNER, found.unit):
        raise Forbidden(_("只有计划管理员可以修改。"))
    found.save()
    return found


def _end(holding: PostHolder, last_day: date) -> None:
    if last_day < holding.held_from:
        said = _("最后一天不能早于任职起（%(day)s）。") % {"day": holding.held_from.isoformat()}
        raise ValidationError({"last_day": said})
    if holding.held_to is not None and last_day > holding.held_to:
        said = _("该任职已定于 %(day)s 结束，不能延后；请另行任命。") % {"day": holding.held_to.isoformat()}
        raise Conflict(said)
    holding.held_to = last_day
    holding.full_clean(exclude=["post", "user"])
    holding.save()


def _check(user: User, holding: PostHolder) -> None:
    """Raises ValidationError by field for who may not hold the post, or not then."""
    post, holder = holding.post, holding.user
    if holding.held_to is not None and holding.held_to < holding.held_from:
        raise ValidationError({"held_to": _("任职止不能早于任职起。")})
    if not holder.is_active or holder.is_machine:
        raise ValidationError({"user": _("%(who)s没有可用的个人账号，不能任职。") % {"who": holder}})
    if post.role and holder.grants.filter(role=Role.ADMINISTRATOR).exists():
        raise ValidationError({"user": _("系统管理员不得兼任其他角色。")})
    if post.role and holder.pk == user.pk:
        raise ValidationError({"user": _("不能任命本人担任带业务职责的岗位，请由其他计划管理员办理。")})
    others = post.holders.overlapping(holding.held_from, holding.held_to).select_related("user")  # type: ignore[attr-defined]
    if others.filter(user=holder).exists():
        raise ValidationError({"user": _("%(who)s这段时间已在该岗位任职。") % {"who": holder}})
    if not holding.is_deputy and (other := others.filter(is_deputy=False).order_by("held_from").first()):
        raise ValidationError({"held_from": _overlap(other)})
    holding.full_clean()


def _overlap(other: PostHolder) -> str:
    named = {"who": other.user, "from": other.held_from.isoformat()}
    if other.held_to is None:
        return _("与现有任职重叠：%(who)s自 %(from)s 起任职，至今。请先办理交接。") % named
    named["to"] = other.held_to.isoformat()
    return _("与现有任职重叠：%(who)s自 %(from)s 起任职，至 %(to)s。") % named


def plain(holding: PostHolder) -> dict[str, Any]:
    """A holding as the audit trail keeps it."""
    return {
        "user": holding.user.username,
        "name": str(holding.user),
        "from": holding.held_from.isoformat(),
        "to": holding.held_to.isoformat() if holding.held_to else None,
        "deputy": holding.is_deputy,
        "handover": holding.handover,
    }


def _tell(user: User, action: str, post: Post, before: dict[str, Any], after: dict[str, Any], origin: str) -> None:
    entry = trail.Entry(action, "post", post.code, before, after)
    trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), [entry])
