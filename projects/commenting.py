"""批注: said on a target or a work, told to who is mentioned."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import require_visible
from goals.models import Notice, Target
from projects.models import Comment, Project
from projects.permissions import may_comment
from projects.planning import refuse, tell

_MENTION = re.compile(r"@([\w.·-]{1,100})")
MOST_MENTIONS = 20


@transaction.atomic
def comment(user: User, thing: Target | Project, text: str, *, origin: str = "") -> Comment:
    """Raises ValidationError for `text` when it is empty, or mentions somebody who can't see this."""
    access = Access.of(user)
    if not may_comment(access) or not type(thing)._default_manager.visible_to(user).filter(pk=thing.pk).exists():  # type: ignore[attr-defined]
        raise Forbidden(_("您不能在这里批注。"))
    try:
        require_visible(text)
    except ValidationError as error:
        raise ValidationError({"text": error}) from error
    mentioned = _mentioned(text, thing)
    on = {"target": thing} if isinstance(thing, Target) else {"project": thing}
    made = Comment(text=text.strip(), author=user, written_at=clock.now(), **on)
    made.full_clean(exclude=["target", "project", "author"])
    made.save()
    made.mentions.set(mentioned)
    _notify(made, thing, [m for m in mentioned if m.pk != user.pk])
    after = {"text": made.text, "on": f"{thing._meta.model_name} {thing.pk}"}
    tell(user, [trail.Entry("comment", "comment", str(made.pk), after=after)], roles=(), origin=origin)
    return made


@transaction.atomic
def withdraw(user: User, made: Comment, *, origin: str = "") -> Comment:
    """Its author takes it back: the words go from the page, the trail keeps them."""
    found = Comment.objects.select_for_update().get(pk=made.pk)
    if found.author_id != user.pk:
        raise Forbidden(_("只能撤回自己的批注。"))
    if found.withdrawn_at is not None:
        raise Conflict(_("这条批注已撤回。"))
    found.withdrawn_at = clock.now()
    found.save()
    tell(
        user, [trail.Entry("withdraw", "comment", str(found.pk), before={"text": found.text})], roles=(), origin=origin
    )
    return found


def readers(thing: Target | Project) -> "QuerySet[User]":
    """People who see the thing and can be told: those with a grant in its subdistrict, or for the whole portal."""
    unit = thing.plan.unit
    within = Q(grants__unit__path__startswith=unit.path) | Q(grants__unit=None)
    held = Q(posts_held__post__unit__path__startswith=unit.path)
    return User.objects.filter(within | held, is_active=True, is_machine=False).distinct().order_by("name")


def _mentioned(text: str, thing: Target | Project) -> list[User]:
    names = list(dict.fromkeys(_MENTION.findall(text)))
    if not names:
        return []
    if len(names) > MOST_MENTIONS:
        raise refuse("text", _("一次最多提到 %(n)s 人。") % {"n": MOST_MENTIONS}, "too_many")
    known = {}
    for user in readers(thing).filter(Q(username__in=names) | Q(name__in=names)):
        known[user.username] = known[user.name] = user
    unknown = [name for name in names if name not in known]
    if unknown:
        raise refuse("text", _("没有可以看到这里的用户“%(name)s”。") % {"name": unknown[0]}, "unknown_user")
    seen = [known[name] for name in names if Access.of(known[name]).sees_business]
    if len(seen) < len(names):
        raise refuse("text", _("提到的人看不到这里。"), "unknown_user")
    return seen


def _notify(made: Comment, thing: Target | Project, users: Sequence[User]) -> None:
    page = reverse("target" if isinstance(thing, Target) else "project", args=[thing.pk])
    Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=Notice.Kind.MENTIONED,
            key=f"comment {made.pk}",
            data={"name": thing.name, "reviewer": str(made.author), "said": made.text[:200]},
            link=f"{page}#comments",
            created_at=made.written_at,
        )
        for user in users
    )


def comments_on(thing: Target | Project) -> "QuerySet[Comment]":
    """Oldest first."""
    return thing.comments.select_related("author").order_by("written_at", "pk")
