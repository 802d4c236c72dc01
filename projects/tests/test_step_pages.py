"""Steps of a work on pages: each by who may, what is wrong beside its field; comments."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Role
from goals.tests.factories import make_user
from projects import inspecting
from projects.inspecting import Found
from projects.models import Comment, Inspection, Payment
from projects.tests.factories import Cast
from projects.tests.pages import browser, text

pytestmark = pytest.mark.django_db


def test_a_milestone_goes_from_report_through_return_to_acceptance(
    cast: Cast, reporter: Client, leader: Client
) -> None:
    cast.schedule()
    where = f"/milestones/{cast.step('设计').pk}/"

    reporter.post(where + "report/", {"done_on": "2022-04-01", "report": "图已出"})
    assert cast.step("设计").state == "reported"
    leader.post(where + "return/", {"reason": "缺一张"})
    assert "缺一张" in text(reporter, f"/projects/{cast.project.pk}/")
    reporter.post(where + "report/", {"done_on": "2022-04-02"})
    answer = leader.post(where + "accept/")
    assert (answer.status_code, cast.step("设计").state) == (302, "accepted")


def test_what_is_wrong_stands_beside_its_field_and_keeps_what_was_typed(cast: Cast, reporter: Client) -> None:
    only = cast.project.milestones.get()

    answer = reporter.post(f"/milestones/{only.pk}/report/", {"done_on": "2022-12-01", "report": "写了很多"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "完成日不能晚于今天" in page and "写了很多" in page


def test_an_inspection_takes_its_findings_a_line_each(cast: Cast, leader: Client) -> None:
    said = {"day": "2022-09-01", "inspector": "街道领导", "findings": "2022-09-10 扬尘\n2022-09-11 占道"}
    leader.post(f"/projects/{cast.project.pk}/inspect/", said)
    wrong = leader.post(f"/projects/{cast.project.pk}/inspect/", said | {"findings": "2022-09-10 扬尘\n明天 占道"})

    assert Inspection.objects.get().findings.count() == 2
    assert "第 2 行" in wrong.content.decode()


def test_a_finding_is_put_right_and_rechecked_on_pages(cast: Cast, reporter: Client, planner: Client) -> None:
    inspection = Inspection(project=cast.project, day=date(2022, 9, 1), inspector="督查办")
    finding = inspecting.record(cast.planner, inspection, [Found("扬尘", date(2022, 9, 5))]).findings.get()

    assert planner.get(f"/findings/{finding.pk}/rectify/").status_code == 403
    reporter.post(f"/findings/{finding.pk}/rectify/", {"day": "2022-09-04", "text": "已喷淋"})
    assert "已喷淋" in text(planner, f"/findings/{finding.pk}/recheck/")
    planner.post(f"/findings/{finding.pk}/recheck/", {"passed": "yes"})
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_a_postponement_is_asked_and_decided_on_pages(cast: Cast, reporter: Client, leader: Client) -> None:
    cast.schedule()
    step = cast.step("验收")
    reporter.post(f"/milestones/{step.pk}/postpone/", {"new_due": "2022-12-20", "reason": "雨季"})
    asked = cast.project.postponements.get()

    assert reporter.get(f"/postponements/{asked.pk}/decide/").status_code == 403
    assert "雨季" in text(leader, f"/postponements/{asked.pk}/decide/")
    leader.post(f"/postponements/{asked.pk}/decide/", {"grant": "yes"})
    assert cast.step("验收").due == date(2022, 12, 20)


def test_money_is_entered_and_struck_on_pages(cast: Cast, reporter: Client) -> None:
    reporter.post(f"/projects/{cast.project.pk}/pay/", {"kind": "budget", "day": "2022-05-01", "amount": "1,234.5"})
    payment = Payment.objects.get()
    assert payment.amount == Decimal("1234.5")

    assert browser(cast.other).get(f"/payments/{payment.pk}/delete/").status_code == 403
    reporter.post(f"/payments/{payment.pk}/delete/")
    assert not Payment.objects.exists()


def test_a_work_is_accepted_handed_over_and_checked_on_pages(cast: Cast, reporter: Client, planner: Client) -> None:
    where = f"/projects/{cast.project.pk}/"
    planner.post(where + "accept/", {"day": "2022-09-01", "result": "passed", "body": "建设局"})
    upkeep = {"item": "保洁", "maintainer": "保洁队", "begins": "2022-09-02", "every_months": "1"}
    reporter.post(where + "upkeep/", upkeep)
    check = cast.project.upkeeps.get().checks.get()

    assert browser(cast.other).get(f"/upkeep-checks/{check.pk}/").status_code == 403
    reporter.post(f"/upkeep-checks/{check.pk}/", {"done_on": "2022-10-02", "result": "good"})
    assert cast.project.upkeeps.get().checks.count() == 2


def test_a_note_puts_a_work_on_the_districts_page(cast: Cast, reporter: Client, leader: Client) -> None:
    said = {"progress": "停工", "problem": "管位要区里统筹", "blocker": "district"}
    reporter.post(f"/projects/{cast.project.pk}/note/", said)

    assert "管位要区里统筹" in text(leader, "/district/")
    assert browser(make_user("auditor", Role.AUDITOR)).get("/district/").status_code == 403


# Comments.


def test_comments_stand_on_works_and_targets(cast: Cast, leader: Client) -> None:
    leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "盯一下 @planner"})

    assert "盯一下" in text(browser(cast.planner), f"/projects/{cast.project.pk}/")
    assert "在批注中提到您" in text(browser(cast.planner), "/notices/")


def test_a_comment_is_shown_as_text(cast: Cast, leader: Client) -> None:
    leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in text(leader, f"/projects/{cast.project.pk}/")


def test_a_refused_comment_keeps_its_words(cast: Cast, leader: Client) -> None:
    answer = leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "@没有这个人 看"})

    assert answer.status_code == 400
    assert "@没有这个人 看" in answer.content.decode()


def test_a_comment_is_withdrawn_by_its_author(cast: Cast, leader: Client, planner: Client) -> None:
    leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "说错了"})
    where = f"/comments/{Comment.objects.get().pk}/withdraw/"

    assert planner.post(where).status_code == 403
    leader.post(where)
    page = text(leader, f"/projects/{cast.project.pk}/")
    assert "说错了" not in page and "已撤回" in page
