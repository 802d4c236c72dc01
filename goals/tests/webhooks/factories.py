"""Hooks and messages, with one call."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from goals.models import Delivery, Hook
from goals.tests.factories import make_unit
from goals.webhooks import outbox, secrets


def make_hook(owner: User, address: str = "http://127.0.0.1:9/hook", **terms: Any) -> Hook:
    terms.setdefault("unit", make_unit())
    hook = Hook(owner=owner, address=address, **{"name": "district"} | terms)
    secrets.renew(hook)
    hook.save()
    return hook


def make_delivery(hook: Hook, *, age: timedelta = timedelta(0), **terms: Any) -> Delivery:
    """A message about nothing, as old as is said; due unless said otherwise."""
    made = outbox.test_message(hook)
    made.event = Delivery.Event.APPROVAL
    made.made_at = timezone.now() - age
    for name, value in terms.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made
