"""Bulletins ordered, made and kept: by a worker or here, once, with the figures that they were made of."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import Role, User
from audit.models import Event
from common.errors import Conflict, Forbidden
from dashboard import tasks
from dashboard.bulletin import making, templates, word
from dashboard.models import Bulletin
from dashboard.tests.bulletin.factories import make_mixed_plan, template_of, text_of_word, upload
from dashboard.tests.factories import make_leader
from goals.models import Plan, Target
from goals.progress.recompute import recompute
from goals.tests.factories import make_office, make_plan, make_reading, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return make_mixed_plan()


@pytest.fixture
def planner() -> User:
    return make_user("planner", Role.PLANNER, unit=make_unit())


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def worker(settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A broker that takes jobs, and nobody who does them; the ids of the bulletins."""
    asked: list[str] = []
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(making.current_app, "send_task", lambda name, args, **_more: asked.extend(args))
    return asked


def made(user: User, plan: Plan, commit: Any, month: int = 2) -> Bulletin:
    with commit():
        bulletin = making.order(user, plan, month)
    bulletin.refresh_from_db()
    return bulletin


def content(bulletin: Bulletin, kind: str) -> bytes:
    with making.opened(bulletin, kind) as file:
        return file.read()


def test_without_a_broker_it_is_made_after_the_commit(plan: Plan, planner: User, commit: Any) -> None:
    bulletin = made(planner, plan, commit)

    assert (bulletin.state, bulletin.done, bulletin.edition) == ("done", making.STEPS, 1)
    assert (bulletin.as_of, bulletin.issued_on) == (date(2022, 2, 28), date(2022, 10, 12))
    assert set(bulletin.files) == {"docx", "pdf", "xlsx"}


def test_a_month_that_still_runs_goes_to_today(plan: Plan, planner: User, commit: Any) -> None:
    bulletin = made(planner, plan, commit, 10)

    assert (bulletin.as_of, bulletin.is_whole_month) == (date(2022, 10, 12), False)
    assert "10月尚未结束" in text_of_word(content(bulletin, "docx"))


def test_a_month_that_has_not_begun_is_refused(plan: Plan, planner: User) -> None:
    with pytest.raises(ValidationError, match="还没有开始"):
        making.order(planner, plan, 11)

    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.DATA_FEED, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_than_leaders_and_planners_may_not(plan: Plan, role: str) -> None:
    with pytest.raises(Forbidden):
        making.order(make_user("official", role, unit=make_office()), plan, 2)

    assert not Bulletin.objects.exists()


def test_a_leader_may(plan: Plan, commit: Any) -> None:
    assert made(make_leader(), plan, commit).state == "done"


def test_it_is_in_the_trail(plan: Plan, planner: User, commit: Any) -> None:
    bulletin = made(planner, plan, commit)

    event = Event.objects.get()
    assert (event.action, event.record, event.record_id) == ("make_bulletin", "bulletin", str(bulletin.pk))
    assert event.after == {"plan": "taoyan-2022", "month": 2, "edition": 1, "as_of": "2022-02-28"}


def test_made_again_for_the_same_date_it_is_the_same_to_the_byte_but_for_its_edition(
    plan: Plan, planner: User, commit: Any
) -> None:
    first, second = made(planner, plan, commit), made(planner, plan, commit)

    assert (first.edition, second.edition) == (1, 2)
    assert {**second.facts, "edition": "1"} == first.facts
    second.facts["edition"] = "1"
    for kind in making.CONTENT_TYPES:
        assert making.rendered(second, kind) == content(first, kind)


def test_later_approvals_change_nothing_that_was_made(plan: Plan, planner: User, commit: Any) -> None:
    bulletin = made(planner, plan, commit)
    before = {kind: content(bulletin, kind) for kind in making.CONTENT_TYPES}
    target = Target.objects.get(code="silent")
    for period in (date(2022, 1, 31), date(2022, 2, 28)):
        make_reading(target.indicator, period, 3)
    Target.objects.update(name="改名")
    recompute([target.pk])

    assert {kind: making.rendered(bulletin, kind) for kind in making.CONTENT_TYPES} == before
    assert made(planner, plan, commit).files != bulletin.files


def test_a_lost_file_is_made_again_to_the_same_bytes(plan: Plan, planner: User, commit: Any, kept: Path) -> None:
    bulletin = made(planner, plan, commit)
    before = content(bulletin, "pdf")
    (kept / making.path_of(bulletin, "pdf")).unlink()

    assert content(bulletin, "pdf") == before


def test_a_file_that_would_be_another_is_not_passed_off_as_the_lost_one(
    plan: Plan, planner: User, commit: Any, kept: Path
) -> None:
    bulletin = made(planner, plan, commit)
    (kept / making.path_of(bulletin, "pdf")).unlink()
    bulletin.facts["title"] = "另一份"

    with pytest.raises(Conflict):
        making.opened(bulletin, "pdf")


def test_files_lie_by_random_names_readable_by_the_portal_alone(
    plan: Plan, planner: User, commit: Any, kept: Path
) -> None:
    bulletin = made(planner, plan, commit)

    files = [path for path in kept.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["docx", "pdf", "xlsx"]
    assert {path.parent.name for path in files} == {bulletin.pk.hex}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_with_a_broker_it_waits_for_a_worker(plan: Plan, planner: User, commit: Any, worker: list[str]) -> None:
    bulletin = made(planner, plan, commit)

    assert worker == [str(bulletin.pk)]
    assert (bulletin.state, bulletin.facts, bulletin.files) == ("queued", {}, {})


def test_the_worker_makes_it_once_and_keeps_how_far_it_is(
    plan: Plan, planner: User, commit: Any, worker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bulletin = made(planner, plan, commit)
    seen: list[int] = []
    monkeypatch.setattr(making, "_note", lambda _bulletin, done: seen.append(done))

    tasks.make_bulletin(worker[0])
    tasks.make_bulletin(worker[0])

    bulletin.refresh_from_db()
    assert seen == [1, 2, 3, 4]
    assert bulletin.state == "done"


def test_when_the_broker_does_not_answer_it_is_made_here(
    plan: Plan, planner: User, commit: Any, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise OSError("no broker")

    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(making.current_app, "send_task", fail)

    assert made(planner, plan, commit).state == "done"


def test_two_of_a_month_are_not_made_at_once(plan: Plan, planner: User, commit: Any, worker: list[str]) -> None:
    made(planner, plan, commit)

    with pytest.raises(Conflict):
        making.order(planner, plan, 2)
    assert made(planner, plan, commit, 1).state == "queued"


def test_a_dead_workers_bulletin_is_taken_over_with_what_was_gathered(
    plan: Plan, planner: User, commit: Any, worker: list[str]
) -> None:
    bulletin = made(planner, plan, commit)
    long_ago = timezone.now() - making.SILENCE - timedelta(seconds=1)
    gathered = {"kept": "facts"}
    Bulletin.objects.update(state="making", updated_at=long_ago, facts=gathered)
    bulletin.refresh_from_db()
    assert making.is_stuck(bulletin)

    tasks.make_bulletin(worker[0])

    bulletin.refresh_from_db()
    assert bulletin.facts == gathered


def test_one_at_work_is_left_to_its_worker(plan: Plan, planner: User, commit: Any, worker: list[str]) -> None:
    bulletin = made(planner, plan, commit)
    Bulletin.objects.update(state="making", updated_at=timezone.now())

    tasks.make_bulletin(worker[0])

    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.facts) == ("making", {})


def test_what_fails_says_so_and_can_be_made_again(
    plan: Plan, planner: User, commit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_facts: object) -> bytes:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(making.pdf, "written", fail)
    bulletin = made(planner, plan, commit)
    assert bulletin.state == "failed"
    assert "生成时出错" in bulletin.problem and "secret" not in bulletin.problem

    monkeypatch.undo()
    making.again(planner, bulletin)

    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.problem, bulletin.edition) == ("done", "", 1)


def test_one_that_is_made_is_not_made_again(plan: Plan, planner: User, commit: Any) -> None:
    bulletin = made(planner, plan, commit)

    with pytest.raises(Conflict):
        making.again(planner, bulletin)
    with pytest.raises(Forbidden):
        making.again(make_user("official", Role.REPORTER, unit=make_office()), bulletin)


def test_the_offices_template_is_used_until_it_is_withdrawn(plan: Plan, planner: User, commit: Any) -> None:
    templates.keep(planner, plan, upload(template_of("本办版式：{{ title }}")))
    with_it = made(planner, plan, commit)
    templates.withdraw(planner, plan)
    without = made(planner, plan, commit)

    assert text_of_word(content(with_it, "docx")) == "本办版式：taoyan2022年2月重点工作推进情况通报"
    assert without.template is None
    assert "一、主要经济指标" in text_of_word(content(without, "docx"))
    # The one made with it can still be made again.
    assert making.rendered(with_it, "docx") == content(with_it, "docx")
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        *("keep_template", "make_bulletin", "withdraw_template", "make_bulletin")
    ]


def test_the_newest_template_counts_and_only_for_its_unit(plan: Plan, planner: User) -> None:
    templates.keep(planner, plan, upload(template_of("一 {{ title }}"), "一.docx"))
    templates.keep(planner, plan, upload(template_of("二 {{ title }}"), "二.docx"))

    current = templates.current_of(plan.unit)
    assert current is not None and current.name == "二.docx"
    assert templates.current_of(make_office()) is None
    assert templates.content_of(None) == word.OWN_TEMPLATE.read_bytes()


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER])
def test_only_a_planner_keeps_the_template(plan: Plan, role: str) -> None:
    official = make_user("official", role, unit=make_unit())

    with pytest.raises(Forbidden):
        templates.keep(official, plan, upload(template_of("{{ title }}")))
    with pytest.raises(Forbidden):
        templates.withdraw(official, plan)


def test_an_empty_plan_has_a_bulletin_too(planner: User, commit: Any) -> None:
    bulletin = made(planner, make_plan("empty"), commit, 1)

    assert bulletin.state == "done"
    assert "无数据" in text_of_word(content(bulletin, "docx"))
