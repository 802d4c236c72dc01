"""What a password must be; `AUTH_PASSWORD_VALIDATORS` names these for the change page, the admin and `add_user`.

At least 8 characters, of at least two of four classes (small letters, capitals, digits, anything else), without the
user name in it, none of the last five, and none of the common ones (Django's list).
"""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PastPassword, User
from accounts.names import normalise

SHORTEST, LONGEST = 8, 1_024
CLASSES = 2
REMEMBERED = 5
# A name of one or two letters is inside most passwords.
SHORTEST_NAME = 3


class Length:
    """Long enough to be safe, and not so long that hashing it is a burden."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(_("密码至少 %(n)s 个字符。") % {"n": SHORTEST}, code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(_("密码最多 %(n)s 个字符。") % {"n": LONGEST}, code="password_too_long")

    def get_help_text(self) -> str:
        return _("密码至少 %(n)s 个字符。") % {"n": SHORTEST}


class Classes:
    """Not of one class of characters alone."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len({_class_of(c) for c in password}) < CLASSES:
            raise ValidationError(self.get_help_text(), code="password_of_one_class")

    def get_help_text(self) -> str:
        return _("大写字母、小写字母、数字、其他字符四类中至少用两类。")


class WithoutName:
    """The user name isn't in it, in any spelling."""

    def validate(self, password: str, user: User | None = None) -> None:
        name = normalise(user.username) if user else ""
        if len(name) >= SHORTEST_NAME and name in normalise(password):
            raise ValidationError(self.get_help_text(), code="password_holds_name")

    def get_help_text(self) -> str:
        return _("密码中不能含有用户名。")


class NotOfLate:
    """None of the last five; remembers each password that is set, hashed."""

    def validate(self, password: str, user: User | None = None) -> None:
        # Nothing too long is hashed.
        if user is None or user.pk is None or len(password) > LONGEST:
            return
        past = user.past_passwords.values_list("encoded", flat=True)[:REMEMBERED]
        if any(check_password(password, encoded) for encoded in {user.password, *past} if encoded):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: User) -> None:
        """Called by Django after a user with a new password was saved."""
        now = timezone.now()
        known = set(user.past_passwords.values_list("encoded", flat=True))
        # What the user had before passwords were remembered counts too.
        for encoded in (user.former_password, user.password):
            if encoded and encoded not in known:
                PastPassword.objects.create(user=user, encoded=encoded, set_at=now)
        kept = user.past_passwords.values_list("pk", flat=True)[:REMEMBERED]
        user.past_passwords.exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        return _("不能与最近 %(n)s 次用过的密码相同。") % {"n": REMEMBERED}


def _class_of(character: str) -> str:
    if character.isascii() and character.isalpha():
        return "capital" if character.isupper() else "small"
    return "digit" if character.isdecimal() else "other"
