"""What the registers add to the demonstration."""

from collections.abc import Mapping

from accounts.models import User
from goals import parts
from ledgers import demonstration


class Registers(parts.Part):
    """The sample rows."""

    def prepare(self, users: Mapping[str, User]) -> None:
        demonstration.prepare(users)

    def demonstrate(self, users: Mapping[str, User]) -> None:
        demonstration.demonstrate(users)


parts.register(Registers())
