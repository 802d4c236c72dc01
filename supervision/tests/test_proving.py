"""佐证 of an order: files of a feedback or an answer, by its author, until it is checked."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Role, User
from accounts.tests.factories import queries
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals import evidence
from goals.models import Evidence
from goals.tests.evidence.files import PDF, upload
from goals.tests.factories import make_unit, make_user
from supervision import answering, deciding
from supervision.models import Order, Step
from supervision.tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evidence(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def heard(cast: Cast, order: Order | None = None) -> Step:
    found = order or cast.signed()
    answering.feed_back(cast.reporter, found, "走访 11 家", "", "月底前申报")
    return found.steps.get(kind=Step.Kind.FEEDBACK)


def answered(cast: Cast) -> Step:
    return cast.applied().steps.get(kind=Step.Kind.APPLY)


def address(step: Step) -> str:
    return f"/order-steps/{step.pk}/files/"


def test_a_feedback_is_proved_by_its_author_and_the_order_is_newer(cast: Cast) -> None:
    step = heard(cast)
    version = Order.objects.get().version

    answer = browser_of(cast.reporter).post(address(step), {"file": upload("名单.pdf")})

    assert answer.status_code == 302
    assert [f.name for f in evidence.of([step])[step.pk]] == ["名单.pdf"]
    assert Order.objects.get().version == version + 1
    assert Event.objects.order_by("-pk")[0].action == "attach"


def test_an_answer_is_proved_until_it_is_verified(cast: Cast) -> None:
    step = answered(cast)
    evidence.attach(cast.holder, step, upload())

    deciding.verify(cast.planner, step.order)

    with pytest.raises(Conflict):
        evidence.attach(cast.holder, Step.objects.get(pk=step.pk), upload())
    assert Evidence.objects.count() == 1


def test_what_was_said_before_stays_as_it_was(cast: Cast) -> None:
    first = heard(cast)
    answering.feed_back(cast.reporter, first.order, "走访 20 家", "", "再走访")

    with pytest.raises(Conflict):
        evidence.attach(cast.reporter, first, upload())


def test_a_returned_answer_keeps_its_files_and_takes_no_more(cast: Cast) -> None:
    step = answered(cast)
    evidence.attach(cast.holder, step, upload())
    deciding.send_back(cast.planner, step.order, "缺两户")

    with pytest.raises(Conflict):
        evidence.attach(cast.holder, Step.objects.get(pk=step.pk), upload())
    assert len(evidence.of([step])[step.pk]) == 1


@pytest.mark.parametrize("who", ["holder", "planner", "leader", "other"])
def test_nobody_else_attaches(cast: Cast, who: str) -> None:
    step = heard(cast)

    assert browser_of(getattr(cast, who)).post(address(step), {"file": upload()}).status_code == 403
    with pytest.raises(Forbidden):
        evidence.attach(getattr(cast, who), step, upload())
    assert not Evidence.objects.exists()


def test_its_author_who_lost_the_post_attaches_no_more(cast: Cast) -> None:
    step = heard(cast)
    cast.reporter.grants.all().delete()

    with pytest.raises(Forbidden):
        evidence.attach(User.objects.get(pk=cast.reporter.pk), step, upload())


def test_other_steps_take_no_files(cast: Cast) -> None:
    signing = cast.signed().steps.get(kind=Step.Kind.SIGN)

    assert browser_of(cast.reporter).get(address(signing)).status_code == 404
    with pytest.raises(Forbidden):
        evidence.attach(cast.reporter, signing, upload())


def test_who_checks_sees_the_files_on_the_order_and_on_the_form(cast: Cast) -> None:
    step = answered(cast)
    made = evidence.attach(cast.holder, step, upload("合同.pdf"))
    planner = browser_of(cast.planner)

    for page in (f"/orders/{step.order_id}/", f"/orders/{step.order_id}/verify/"):
        assert "合同.pdf" in planner.get(page).content.decode()
    answer = planner.get(f"/evidence/{made.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]


def test_another_subdistrict_sees_neither_page_nor_file(cast: Cast) -> None:
    step = heard(cast)
    made = evidence.attach(cast.reporter, step, upload())
    stranger = browser_of(make_user("stranger", Role.PLANNER, unit=make_unit("elsewhere")))

    assert stranger.get(address(step)).status_code == 404
    assert stranger.get(f"/evidence/{made.pk}/").status_code == 404


def test_a_file_that_is_none_is_refused_on_the_page_and_nothing_kept(cast: Cast) -> None:
    step = heard(cast)

    answer = browser_of(cast.reporter).post(address(step), {"file": upload("名单.exe", b"MZ")})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Evidence.objects.exists()
    with pytest.raises(ValidationError):
        evidence.attach(cast.reporter, step, upload("名单.exe", b"MZ"))


def test_its_author_takes_a_file_away_while_it_is_open(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    step = heard(cast)
    made = evidence.attach(cast.reporter, step, upload())

    with django_capture_on_commit_callbacks(execute=True):
        browser_of(cast.reporter).post(f"/evidence/{made.pk}/remove/", {"next": address(step)})

    assert not Evidence.objects.exists()


def test_the_author_is_asked_for_files_and_nobody_else(cast: Cast) -> None:
    step = heard(cast)

    assert address(step) in browser_of(cast.reporter).get(f"/orders/{step.order_id}/").content.decode()
    assert address(step) not in browser_of(cast.leader).get(f"/orders/{step.order_id}/").content.decode()


def test_the_queries_of_an_order_do_not_grow_with_its_files(cast: Cast) -> None:
    step = heard(cast)
    leader = browser_of(cast.leader)
    evidence.attach(cast.reporter, step, upload("a.pdf"))
    leader.get(f"/orders/{step.order_id}/")
    few = queries(lambda: leader.get(f"/orders/{step.order_id}/"))
    for number in range(5):
        evidence.attach(cast.reporter, step, upload(f"{number}.pdf"))

    assert queries(lambda: leader.get(f"/orders/{step.order_id}/")) == few <= 20
