"""Who: units, posts and their holders, users with roles, API tokens."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.names import normalise, tidy
from common import clock
from common.fields import InitialsField
from common.networks import is_among, parse_networks
from common.records import Record, code_validator
from common.text import CleanText


class UnitQuerySet(models.QuerySet["Unit"]):
    def under(self, unit: "Unit") -> Self:
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)


class Unit(Record):
    """A district, subdistrict, office, village …; a tree. `path` is `/` and the codes from the top, each with `/`."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("区")
        DEPARTMENT = "department", _("区级部门")
        SUBDISTRICT = "subdistrict", _("街道")
        OFFICE = "office", _("内设办公室")
        CENTRE = "centre", _("事业中心")
        AGENCY = "agency", _("派驻机构")
        TASK_FORCE = "task_force", _("工作专班")
        VILLAGE = "village", _("行政村")
        COMMUNITY = "community", _("社区")

    code = models.CharField(_("代码"), max_length=100, unique=True, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=100, validators=[CleanText(100)])
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    initials = InitialsField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=1_000, editable=False, db_index=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.parent and self.pk and self.parent.path.startswith(self.path or "\0"):
            raise ValidationError({"parent": _("上级单位不能是本单位或其下级。")})

    def save(self, *args: object, **kwargs: object) -> None:
        """Keeps the path, and that of everything below when the unit moves or is renamed."""
        old = self.path
        self.path = f"{self.parent.path if self.parent else '/'}{self.code}/"
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        if old and old != self.path:
            for below in Unit.objects.filter(path__startswith=old).exclude(pk=self.pk):
                Unit.objects.filter(pk=below.pk).update(path=self.path + below.path[len(old) :])

    def ancestor_codes(self) -> list[str]:
        """The codes from the top down to this unit."""
        return self.path.strip("/").split("/")


class User(AbstractUser):
    """A person or a machine account. What it may do follows from its grants alone."""

    name = models.CharField(_("姓名"), max_length=100, blank=True, validators=[CleanText(100)])
    is_machine = models.BooleanField(_("机器账号"), default=False)
    language = models.CharField(_("语言"), max_length=10, blank=True)
    must_change_password = models.BooleanField(_("须改密码"), default=False)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    # A login changes nothing that anybody pulls.
    tracked_columns = ("username", "name", "is_active", "is_machine")

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    # The hash that a new password replaced, until the record is read again.
    former_password = ""

    def __str__(self) -> str:
        return self.name or self.username

    def clean(self) -> None:
        """No two users whose names differ in their spelling alone."""
        super().clean()
        # None after a form refused it.
        self.username = tidy(self.username or "")
        if (
            self.username
            and User.objects.filter(username__iexact=normalise(self.username)).exclude(pk=self.pk).exists()
        ):
            raise ValidationError({"username": _("已有同名用户（不分大小写和全角半角）。")})

    def set_password(self, raw_password: str | None) -> None:
        self.former_password = self.password
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    @property
    def must_renew_password(self) -> bool:
        """Must a new password be chosen before anything else? It was issued by somebody else, or is too old.

        Machines are never asked; of a password of unknown age only what an administrator demands counts.
        """
        if self.is_machine or self.must_change_password or self.password_changed_at is None:
            return self.must_change_password and not self.is_machine
        return timezone.now() - self.password_changed_at >= timedelta(days=settings.PASSWORD_DAYS)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Ends every session when the password changes, or the user signs out everywhere."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class PastPassword(models.Model):
    """A password that a user had, hashed, so that it isn't taken again too soon."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    encoded = models.CharField(max_length=200, editable=False)
    set_at = models.DateTimeField()

    untracked = True

    class Meta:
        verbose_name = _("曾用密码")
        verbose_name_plural = _("曾用密码")
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return str(self.user)


class Role(models.TextChoices):
    REPORTER = "reporter", _("填报员")
    REVIEWER = "reviewer", _("审核员")
    LEADER = "leader", _("领导")
    PLANNER = "planner", _("计划管理员")
    DATA_FEED = "data_feed", _("数据接口")
    AUDITOR = "auditor", _("审计员")
    ADMINISTRATOR = "administrator", _("系统管理员")


class Grant(models.Model):
    """A role that a user has: for one unit, or for the whole portal where unit is empty."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="grants")

    class Meta:
        verbose_name = _("授权")
        verbose_name_plural = _("授权")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                name="grant_once",
                violation_error_message=_("该用户已有这一角色。"),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(unit=None),
                name="grant_once_everywhere",
                violation_error_message=_("该用户已有这一角色。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    def clean(self) -> None:
        others = {g.role for g in Grant.objects.filter(user=self.user).exclude(pk=self.pk)} | {self.role}
        if Role.ADMINISTRATOR in others and len(others) > 1:
            raise ValidationError({"role": _("系统管理员不得兼任其他角色。")})
        held = PostHolder.objects.until(clock.today()).filter(user=self.user).exclude(post__role="")
        if self.role == Role.ADMINISTRATOR and held.exists():
            raise ValidationError({"role": _("该用户担任带业务职责的岗位，不能任系统管理员。")})


class PostHolderQuerySet(models.QuerySet["PostHolder"]):
    def on(self, day: date) -> Self:
        """Who holds on the day."""
        return self.until(day).filter(held_from__lte=day)

    def active(self) -> Self:
        """Those whose account is in use."""
        return self.filter(user__is_active=True)

    def until(self, day: date) -> Self:
        """Who holds on the day or will later: all that isn't over."""
        return self.filter(Q(held_to=None) | Q(held_to__gte=day))

    def overlapping(self, first: date, last: date | None) -> Self:
        """Who holds on any day from first to last (None: for good)."""
        found = self.until(first)
        return found if last is None else found.filter(held_from__lte=last)


class Post(Record):
    """A unit's office such as 分管副主任. Duties hang on posts: a successor takes them over without an edit."""

    code = models.CharField(_("代码"), max_length=100, unique=True, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=100, validators=[CleanText(100)])
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.CharField(
        _("岗位职责"),
        max_length=20,
        blank=True,
        choices=[(r.value, r.label) for r in (Role.REPORTER, Role.REVIEWER, Role.LEADER)],
    )

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PostHolder(Record):
    """Who holds a post from which day, until which day (empty: still)."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="holders")
    user = models.ForeignKey(User, models.PROTECT, related_name="posts_held")
    held_from = models.DateField(_("任职起"))
    held_to = models.DateField(_("任职止"), null=True, blank=True)
    is_deputy = models.BooleanField(_("AB 岗代理"), default=False)
    handover = models.TextField(_("交接说明"), blank=True, validators=[CleanText()])

    objects = PostHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(
                condition=Q(held_to=None) | Q(held_to__gte=F("held_from")),
                name="post_held_forward",
                violation_error_message=_("任职止不能早于任职起。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.user}"


class Token(models.Model):
    """An API token: shown once, kept as its SHA-256 digest."""

    class Scope(models.TextChoices):
        READ = "read", _("只读")
        WRITE = "write", _("读写")

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("名称"), max_length=100, validators=[CleanText(100)])
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("范围"), max_length=5, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("失效时间"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    # Addresses and networks with commas between them, as `common.networks` writes them; empty: from anywhere.
    networks = models.CharField(_("允许的地址"), max_length=1_000, blank=True)

    untracked = True

    class Meta:
        verbose_name = _("令牌")
        verbose_name_plural = _("令牌")

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    def may_come_from(self, address: str) -> bool:
        """Is the address among those that the token is for?"""
        return not self.networks or is_among(address, parse_networks(self.networks))

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, *, name: str, scope: str, days: int = 365, networks: str = "") -> tuple["Token", str]:
        """A new token and its key, which nobody can read again."""
        key = "ty_" + secrets.token_urlsafe(32)
        token = cls(user=user, name=name, scope=scope, digest=cls.digest_of(key), networks=networks)
        token.expires_at = max(clock.now(), datetime.now(clock.now().tzinfo)) + timedelta(days=days)
        token.full_clean(exclude=["digest"])
        token.save()
        return token, key


class IdempotencyKey(models.Model):
    """A POST that a client may send again: its first answer, kept for a day (`accounts/idempotency.py`)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # SHA-256 of what was asked.
    fingerprint = models.CharField(max_length=64)
    # Null while the first request is at work, which only its own transaction sees.
    status = models.PositiveSmallIntegerField(null=True)
    # Null: the answer showed a secret, or was no JSON, and isn't kept.
    answer = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_index=True)

    untracked = True

    class Meta:
        verbose_name = _("幂等键")
        verbose_name_plural = _("幂等键")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
