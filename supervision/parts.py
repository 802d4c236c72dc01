"""What supervision adds to the demonstration: orders in their course."""

from collections.abc import Mapping

from accounts.models import User
from goals import parts
from supervision import demonstration


class Orders(parts.Part):
    """The part of `supervision`."""

    def demonstrate(self, users: Mapping[str, User]) -> None:
        demonstration.demonstrate(users)


parts.register(Orders())
