"""What the section adds to the demonstration."""

from collections.abc import Mapping

from accounts.models import User
from goals import parts
from livelihood.ten import demonstration


class TenProjects(parts.Part):
    """The ten livelihood projects."""

    def demonstrate(self, users: Mapping[str, User]) -> None:
        demonstration.demonstrate(users)


parts.register(TenProjects())
