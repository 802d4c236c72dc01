"""The pages of the ten: who reads, who keeps, what a form says back; and the board."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from goals import evidence
from goals.models import Section
from goals.progress.recompute import recompute
from goals.tests.evidence.files import PDF, picture, upload
from goals.tests.factories import make_office, make_unit, make_user
from livelihood import panels
from livelihood.models import Ballot, Candidate, Decision, Survey
from livelihood.ten.board import board_of
from livelihood.tests.ten import PAPERS, Chosen, make_chosen, new_candidate, work_of
from projects.models import Acceptance, Milestone, Payment, Project, Upkeep, UpkeepCheck
from projects.standing import PROJECTS
from projects.tests.factories import make_many, make_milestone, make_project

pytestmark = pytest.mark.django_db
BOARD = "/plans/taoyan-2022/ten/"
LIST = f"{BOARD}candidates/"
TODAY = date(2022, 10, 12)
CANDIDATE = {"number": "9", "name": "健身场地", "kind": "construction", "cost": "85", "beneficiaries": "六个村"}
CANDIDATE |= {"proposer": "第三代表组", "justification": "器材旧", "version": "0"}
COUNT = {name: str(number) for name, number in PAPERS.items()} | {"held_on": "2022-01-20", "rule_number": "1号"}
COUNT |= {f"votes_{n}": v for n, v in enumerate("9855", start=1)} | {"version": "0"}


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


@pytest.fixture
def ten() -> Chosen:
    return make_chosen()


@pytest.fixture
def planner(ten: Chosen) -> Client:
    return browser_of(ten.planner)


@pytest.fixture
def leader(ten: Chosen) -> Client:
    return browser_of(make_user("leader", Role.LEADER, unit=make_unit()))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def kept_pages(ten: Chosen) -> list[str]:
    pk = ten.candidates[0].pk
    of_plan = [f"{BOARD}{name}/" for name in ("candidates/new", "ballot", "decision", "publish")]
    return [*of_plan, *(f"/candidates/{pk}/{name}/" for name in ("edit", "delete", "survey"))]


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER])
def test_who_sees_the_plan_reads_and_keeps_nothing(ten: Chosen, role: str) -> None:
    ten.publish_all()
    client = browser_of(make_user("somebody", role, unit=make_office()))

    assert [client.get(page).status_code for page in (BOARD, LIST)] == [200, 200]
    assert {client.post(page, {}).status_code for page in kept_pages(ten)} == {403}
    assert "btn btn-p" not in text(client, LIST)


def test_for_others_there_is_nothing(ten: Chosen) -> None:
    elsewhere = make_user("elsewhere", Role.PLANNER, unit=make_unit("other_town"))
    auditor = make_user("auditor", Role.AUDITOR, unit=make_unit())

    for user in (elsewhere, auditor):
        assert {browser_of(user).post(page).status_code for page in kept_pages(ten)} == {404}
        assert {browser_of(user).get(page).status_code for page in (BOARD, LIST)} == {404}


def test_a_closed_plan_is_read_alone(ten: Chosen, planner: Client) -> None:
    ten.publish_all()
    type(ten.plan).objects.update(state="closed")

    assert {planner.post(page).status_code for page in kept_pages(ten)} == {403}
    assert "项目1" in text(planner, BOARD)


def test_the_planner_enters_a_candidate_changes_and_deletes_it(ten: Chosen, planner: Client) -> None:
    answer = planner.post(f"{LIST}new/", CANDIDATE | {"lead_office": make_office().pk})
    assert answer.status_code == 302
    candidate = Candidate.objects.get(number=9)

    changed = CANDIDATE | {"name": "球场", "lead_office": make_office().pk, "version": candidate.version}
    planner.post(f"/candidates/{candidate.pk}/edit/", changed)
    assert "球场" in text(planner, LIST)

    planner.post(f"/candidates/{candidate.pk}/delete/")
    assert "球场" not in text(planner, LIST).replace("已删除 球场", "")


def test_a_candidate_changed_by_a_faster_colleague_is_not_overwritten(ten: Chosen, planner: Client) -> None:
    candidate = ten.candidates[0]

    given = CANDIDATE | {"lead_office": make_office().pk, "version": candidate.version + 1}
    assert planner.post(f"/candidates/{candidate.pk}/edit/", given).status_code == 400
    assert ten.candidates[0].name == "项目1"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"votes_1": "12"}, "votes_1"),
        ({"votes_2": "x"}, "votes_2"),
        ({"votes_3": "-1"}, "votes_3"),
        ({"votes_4": ""}, "votes_4"),
        ({"present": "13"}, "present"),
        ({"valid": "8"}, "valid"),
        ({"limit": "2", "votes_3": "8"}, "limit"),
        ({"held_on": "2022-10-13"}, "held_on"),
        ({"rule_number": ""}, "rule_number"),
        ({"entitled": "9999999999"}, "entitled"),
    ],
)
def test_a_wrong_count_is_refused_beside_its_field_and_nothing_stored(
    ten: Chosen, planner: Client, wrong: dict[str, str], field: str
) -> None:
    answer = planner.post(f"{BOARD}ballot/", COUNT | wrong)

    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not Ballot.objects.exists()


def test_the_count_is_entered_and_the_ranking_shown(ten: Chosen, planner: Client) -> None:
    assert planner.post(f"{BOARD}ballot/", COUNT).status_code == 302

    page = text(planner, LIST)
    assert "应到 12，实到 11，发出 11，收回 10，有效 9，废票 1；每票限选 3 项" in page
    assert page.count("票荐入围") == 2


def test_the_decision_begins_with_the_ballot_and_asks_why_where_it_differs(ten: Chosen, planner: Client) -> None:
    ten.vote()
    keys = {c.number: c.pk for c in ten.candidates}
    assert text(planner, f"{BOARD}decision/").count(" checked") == 2
    given = {"decided_on": "2022-02-10", "number": "3号", "chosen": [keys[1], keys[3]], "version": "0"}

    refused = planner.post(f"{BOARD}decision/", given)
    assert (refused.status_code, sorted(refused.context["form"].errors)) == (400, ["reason_2", "reason_3"])

    assert (
        planner.post(f"{BOARD}decision/", given | {"reason_2": "另行推进", "reason_3": "呼声集中"}).status_code == 302
    )
    assert "另行推进" in text(planner, LIST)


def test_a_decision_without_a_ballot_leads_back(ten: Chosen, planner: Client) -> None:
    assert planner.get(f"{BOARD}decision/").headers["Location"] == LIST


def test_the_list_is_published_with_its_dates_and_the_board_shows_it(ten: Chosen, planner: Client) -> None:
    ten.vote()
    ten.decide()

    late = planner.post(f"{BOARD}publish/", {"due_1": "2022-12-30", "due_2": "2022-10-14"})
    assert (late.status_code, list(late.context["form"].errors)) == (400, ["due_2"])
    answer = planner.post(f"{BOARD}publish/", {"due_1": "2022-12-30", "due_2": "2022-12-30"})
    assert answer.headers["Location"] == BOARD
    again = planner.post(f"{BOARD}publish/", {"due_1": "2022-12-30", "due_2": "2022-12-30"})
    assert again.status_code == 400

    page = text(planner, BOARD)
    assert page.count('class="card lvc"') == 2 and "方案" in page
    assert "无记名投票，每票限选" in page


def test_before_publication_the_board_says_what_is_missing(leader: Client) -> None:
    assert "民生实事清单还没有公布" in text(leader, BOARD)


def test_on_a_day_before_the_vote_the_board_knows_nothing_of_it(ten: Chosen, leader: Client) -> None:
    ten.publish_all()

    assert "无记名投票" not in text(leader, f"{BOARD}?as_of=2022-01-10")
    assert "lvc" not in text(leader, f"{BOARD}?as_of=2022-10-11").replace("ten.css", "")


def test_a_work_says_its_money_acceptance_upkeep_and_satisfaction(ten: Chosen) -> None:
    candidate = ten.publish_all()[0]
    work = work_of(candidate)
    for kind, amount, day in (("budget", 80, 1), ("received", 20, 1), ("received", 30, 1), ("paid", 9, 1)):
        Payment.objects.create(project=work, kind=kind, amount=Decimal(amount), day=date(2022, 10, day))
    Acceptance.objects.create(project=work, day=TODAY, result="passed", body="区级部门")
    upkeep = Upkeep.objects.create(project=work, item="保洁", maintainer="保洁队", begins=date(2022, 9, 1))
    UpkeepCheck.objects.create(upkeep=upkeep, due=date(2022, 10, 1), done_on=date(2022, 10, 2), result="good")
    UpkeepCheck.objects.create(upkeep=upkeep, due=date(2022, 10, 5))
    Survey.objects.create(
        candidate=candidate, day=TODAY, issued=9, returned=9, valid=8, satisfied=5, fairly=2, dissatisfied=1
    )

    item = board_of(ten.plan, TODAY).items[0]

    assert (item.budget, item.received) == (80, 50)
    assert (item.accepted_on, item.checked_on, item.check_due) == (TODAY, date(2022, 10, 2), date(2022, 10, 5))
    assert item.is_check_late and item.satisfaction == Decimal("87.5")


def test_the_newest_picture_is_shown_through_its_download_and_another_file_is_not(
    ten: Chosen, leader: Client, settings: Any, tmp_path: Any
) -> None:
    settings.EVIDENCE_ROOT = tmp_path
    ten.publish_all()
    step = Milestone.objects.order_by("pk")[0]
    reporter = make_user("reporter", Role.REPORTER, unit=make_office())
    assert "<img" not in text(leader, BOARD)

    evidence.attach(reporter, step, upload("方案.pdf", PDF))
    evidence.attach(reporter, step, upload("旧.png", picture()))
    newest = evidence.attach(reporter, step, upload("现场.png", picture()))

    page = text(leader, BOARD)
    assert page.count("<img") == 1
    assert f'<img src="/evidence/{newest.pk}/"' in page
    assert "还没有照片" in page


def test_a_survey_is_entered_on_the_page_of_one_that_is_accepted(ten: Chosen, planner: Client) -> None:
    candidate = ten.publish_all()[0]
    Acceptance.objects.create(project=work_of(candidate), day=TODAY, result="passed", body="区级部门")
    given = {"day": "2022-10-12", "issued": "9", "returned": "9", "valid": "8"}
    given |= {"satisfied": "5", "fairly": "2", "dissatisfied": "2", "version": "0"}

    refused = planner.post(f"/candidates/{candidate.pk}/survey/", given)
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["valid"])
    planner.post(f"/candidates/{candidate.pk}/survey/", given | {"dissatisfied": "1"})

    assert "满意率 87.5%" in text(planner, BOARD)


def test_a_candidate_that_is_no_work_has_no_survey(ten: Chosen, planner: Client) -> None:
    assert planner.get(f"/candidates/{ten.candidates[0].pk}/survey/").status_code == 404


def test_the_section_shows_the_ten_with_the_way_to_the_board(ten: Chosen) -> None:
    section = Section(plan=ten.plan, code="livelihood")
    assert panels.ten(section, TODAY) is None
    ten.publish_all()

    panel = panels.ten(section, TODAY)

    assert panel is not None
    assert [item.candidate.name for item in panel.context["items"]] == ["项目1", "项目2"]


def add_works(ten: Chosen, numbers: range) -> None:
    """Published ones with milestones and money, past the usual way."""
    for number in numbers:
        work = make_project(ten.plan, f"more-{number}")
        make_milestone(work)
        Payment.objects.create(project=work, kind="budget", amount=Decimal(1), day=TODAY)
        Acceptance.objects.create(project=work, day=TODAY, result="passed", body="区级部门")
        candidate = new_candidate(ten.plan, number, project=work, place=number, votes=1, is_chosen=True, same_as=work)
        candidate.save()


@pytest.mark.parametrize("query", ["", "?as_of=2022-11-01"])
def test_board_and_list_ask_at_most_15_queries_however_many_there_are(
    ten: Chosen, leader: Client, query: str, settings: Any
) -> None:
    ten.publish_all()
    settings.TAOYAN_TODAY = "2022-12-01"
    ContentType.objects.get_for_model(Milestone)  # asked for once a process
    recompute(list(Project.objects.values_list("pk", flat=True)), PROJECTS)

    def asked() -> tuple[int, int]:
        return queries(lambda: text(leader, BOARD + query)), queries(lambda: text(leader, LIST))

    few = asked()
    add_works(ten, range(10, 30))

    assert text(leader, BOARD + query).count('class="card lvc"') == 22
    assert asked() == few
    assert max(few) <= 15


@pytest.mark.thorough
def test_the_board_asks_no_more_among_159_works_with_1600_milestones_and_among_ten_times_as_many(
    ten: Chosen, leader: Client
) -> None:
    ten.publish_all()
    ContentType.objects.get_for_model(Milestone)  # asked for once a process
    make_many(ten.plan, range(159))
    recompute(list(Project.objects.values_list("pk", flat=True)), PROJECTS)
    first = queries(lambda: text(leader, BOARD))

    make_many(ten.plan, range(159, 1_590))

    assert queries(lambda: text(leader, BOARD)) == first
    assert first <= 15


def test_what_is_written_is_shown_as_text(ten: Chosen, leader: Client) -> None:
    Candidate.objects.filter(number=1).update(name="<script>alert(1)</script>")
    ten.vote()

    assert "<script>alert(1)" not in text(leader, LIST) + text(leader, BOARD)
    assert Decision.objects.count() == 0
