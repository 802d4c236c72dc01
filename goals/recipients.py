"""Who is told of what: people by role and unit, and holders of posts, deputies among them. Never a machine."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Grant, PostHolder, Role

TOLD = (Role.REPORTER, Role.REVIEWER)


@dataclass
class Recipients:
    """User ids by role and unit (no unit: the whole portal), and by post, as of a day."""

    by_role: dict[tuple[str, int | None], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_post: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def on(cls, day: date, units: Iterable[int] | None = None) -> "Recipients":
        """Everybody with an active account, by grants and by posts held on the day; of these units or of all.
        Two queries."""
        found = cls()
        grants = Grant.objects.filter(role__in=TOLD, user__is_active=True, user__is_machine=False)
        holders = PostHolder.objects.on(day).filter(user__is_active=True, user__is_machine=False)
        if units is not None:
            units = list(units)
            grants, holders = grants.filter(unit__in=units), holders.filter(post__unit__in=units)
        for role, unit, user in grants.values_list("role", "unit_id", "user_id"):
            found.by_role[role, unit].add(user)
        for post, role, unit, user in holders.values_list("post_id", "post__role", "post__unit_id", "user_id"):
            found.by_post[post].add(user)
            if role in TOLD:
                found.by_role[role, unit].add(user)
        return found

    def reporters(self, unit_id: int) -> set[int]:
        """Of exactly this unit; who may report for all of them isn't reminded of any."""
        return self.by_role.get((Role.REPORTER, unit_id), set())

    def reviewers(self, office_id: int | None) -> set[int]:
        """Of this office; where it has none, those of the whole portal."""
        everywhere = self.by_role.get((Role.REVIEWER, None), set())
        return self.by_role.get((Role.REVIEWER, office_id)) or everywhere

    def holders(self, post_id: int | None) -> set[int]:
        """Of this post, deputies among them."""
        return self.by_post.get(post_id, set()) if post_id is not None else set()
