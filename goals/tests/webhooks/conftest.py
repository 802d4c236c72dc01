"""Receivers, and a hook to one of them."""

from collections.abc import Iterator

import pytest

from goals.models import AllowedAddress, Hook
from goals.tests.pages.factories import Cast, make_cast
from goals.tests.webhooks.factories import make_hook
from goals.tests.webhooks.receiver import Receiver, running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running() as found:
        yield found


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(frequency="monthly")


@pytest.fixture
def hook(cast: Cast, receiver: Receiver) -> Hook:
    """A planner's, of the whole subdistrict; the administrator allowed loopback."""
    AllowedAddress.objects.create(address="127.0.0.1/32")
    return make_hook(cast.planner, receiver.url)
