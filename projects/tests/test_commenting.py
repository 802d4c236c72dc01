"""Comments on targets and works, by those who may see them; who is mentioned is told."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals.models import Notice
from goals.tests.factories import make_indicator, make_target, make_unit, make_user
from projects import commenting
from projects.models import Comment
from projects.tests.factories import Cast

pytestmark = pytest.mark.django_db


def say(cast: Cast, text: str, user: Any = None) -> Comment:
    return commenting.comment(user or cast.leader, cast.project, text)


def test_a_comment_stands_on_its_work_with_its_author(cast: Cast) -> None:
    say(cast, "请盯一下。")

    made = commenting.comments_on(cast.project).get()
    assert (made.text, made.author) == ("请盯一下。", cast.leader)
    assert Event.objects.get(action="comment").after["text"] == "请盯一下。"


def test_a_target_is_commented_alike(cast: Cast) -> None:
    target = make_target(cast.plan, make_indicator("firms"))
    commenting.comment(cast.reporter, target, "口径已核。")

    assert Comment.objects.get().target == target


def test_who_is_mentioned_is_told_once_with_a_link(cast: Cast) -> None:
    made = say(cast, "@planner 和 @reporter 看一下，@planner")

    told = Notice.objects.filter(kind="mentioned").order_by("user__username")
    assert [n.user.username for n in told] == ["planner", "reporter"]
    assert told[0].link == f"/projects/{cast.project.pk}/#comments"
    assert set(made.mentions.all()) == {cast.planner, cast.reporter}


def test_who_mentions_oneself_is_not_told(cast: Cast) -> None:
    say(cast, "@leader 记一下")

    assert not Notice.objects.exists()


def test_who_cannot_see_it_is_not_mentioned(cast: Cast) -> None:
    make_user("stranger", Role.LEADER, unit=make_unit("elsewhere"))
    make_user("admin", Role.ADMINISTRATOR)

    for name in ("stranger", "admin", "nobody"):
        with pytest.raises(ValidationError) as refused:
            say(cast, f"@{name} 看")
        assert "text" in refused.value.message_dict
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", " \u3000", "\u202e倒着", "长" * 2_001])
def test_an_empty_or_unclean_comment_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        say(cast, text)

    assert "text" in refused.value.message_dict


def test_who_does_not_see_it_does_not_comment(cast: Cast) -> None:
    machine = make_user("machine", Role.DATA_FEED)
    machine.is_machine = True
    machine.save()
    strangers = [make_user("auditor", Role.AUDITOR), make_user("far", Role.LEADER, unit=make_unit("elsewhere"))]

    for user in [machine, *strangers]:
        with pytest.raises(Forbidden):
            say(cast, "我也说。", user)


def test_only_its_author_takes_it_back_once(cast: Cast) -> None:
    made = say(cast, "说错了。")
    with pytest.raises(Forbidden):
        commenting.withdraw(cast.planner, made)

    assert commenting.withdraw(cast.leader, made).withdrawn_at is not None
    with pytest.raises(Conflict):
        commenting.withdraw(cast.leader, made)
