"""Forms of units, posts and their holders, and accounts. The services check; forms parse and offer choices."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Grant, Post, PostHolder, Role, Unit, User
from accounts.permissions import Access
from common import clock
from common.forms import DayInput


class Served(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose record is checked by its service, not here."""

    def _post_clean(self) -> None:
        self._validate_unique = False
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units, indented as they stand in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return "　" * (len(obj.ancestor_codes()) - 1) + obj.name


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by name, with the username that tells namesakes apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.username}"


def appointable(access: Access) -> "QuerySet[User]":
    """Who may be appointed by this planner: people with an account in use who have to do with the planner's units."""
    people = User.objects.filter(is_active=True, is_machine=False)
    if not access.everywhere(Role.PLANNER):
        units = Unit.objects.filter(access.planned_units()).values("pk")
        held = PostHolder.objects.filter(post__unit__in=units).values("user")
        elsewhere = Grant.objects.filter(unit__isnull=False).exclude(unit__in=units).values("user")
        here = Grant.objects.filter(Q(unit__in=units) | Q(unit=None)).values("user")
        people = people.filter(Q(pk__in=held) | Q(pk__in=here) | ~Q(pk__in=elsewhere))
    return people.order_by("name", "username")


class UnitForm(Served):
    """A unit; its code stays what clients know it by, so it is given once."""

    parent = UnitChoice(Unit.objects.none(), required=False, label=_("上级单位"))

    class Meta:
        model = Unit
        fields = ("code", "name", "kind", "parent")

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].queryset = Unit.objects.filter(access.planned_units())  # type: ignore[attr-defined]
        self.fields["code"].disabled = bool(self.instance.pk)
        is_top = bool(self.instance.pk) and self.instance.parent_id is None
        self.fields["parent"].required = not (is_top or access.everywhere(Role.PLANNER))


class PostForm(Served):
    """A post, and what whoever holds it may do for its unit."""

    unit = UnitChoice(Unit.objects.none(), label=_("单位"))

    class Meta:
        model = Post
        fields = ("code", "name", "unit", "role")
        help_texts = {"role": _("任职人（含代理）在任职期间对该单位有这一角色；不选则只是一个职务。")}

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = Unit.objects.filter(access.planned_units())  # type: ignore[attr-defined]
        self.fields["code"].disabled = bool(self.instance.pk)


class AppointForm(forms.Form):
    """Who holds the post, from when, until when, as holder or deputy."""

    user = PersonChoice(User.objects.none(), label=_("任职人"))
    held_from = DayInput(label=_("任职起"))
    held_to = DayInput(label=_("任职止"), required=False, help_text=_("不填则任职至办理交接为止。"))
    is_deputy = forms.BooleanField(
        label=_("AB 岗代理"), required=False, help_text=_("代理人与任职人可以同时在岗，职责相同。")
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["user"].queryset = appointable(access)  # type: ignore[attr-defined]
        self.fields["held_from"].initial = clock.today()


class HandOverForm(forms.Form):
    """The old holder's last day, the successor and the first day, and what the one tells the other."""

    last_day = DayInput(label=_("原任最后一天"))
    successor = PersonChoice(User.objects.none(), label=_("接任人"))
    first_day = DayInput(label=_("接任第一天"))
    note = forms.CharField(
        label=_("交接说明"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("未办完的事项、资料在哪里、要找谁。"),
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["successor"].queryset = appointable(access)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The holder's last day."""

    last_day = DayInput(label=_("最后一天"))


class AccountForm(forms.Form):
    """A new person's account, with its first role."""

    username = forms.CharField(label=_("用户名"), max_length=150, help_text=_("登录用；字母、数字和 @ . + - _。"))
    name = forms.CharField(label=_("姓名"), max_length=100)
    role = forms.ChoiceField(
        label=_("角色"),
        required=False,
        choices=[("", "—"), *Role.choices],
        help_text=_("也可以先不授角色，由岗位带来。"),
    )
    unit = UnitChoice(Unit.objects.all(), required=False, label=_("单位"), help_text=_("不选则角色在整个平台有效。"))


class NameForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=100)


class GrantForm(forms.Form):
    """A role, for one unit or for the whole portal."""

    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    unit = UnitChoice(Unit.objects.all(), required=False, label=_("单位"), help_text=_("不选则角色在整个平台有效。"))
