"""The pages of bulletins: listed for all who see the plan, made by leaders and planners, handed out as attachments."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, Unit
from dashboard.bulletin import making, word
from dashboard.models import Bulletin, BulletinTemplate
from dashboard.tests.bulletin.factories import make_mixed_plan, template_of, upload
from dashboard.tests.factories import browser_of, make_leader
from goals.models import Plan
from goals.tests.factories import make_office, make_unit, make_user

pytestmark = pytest.mark.django_db
LIST = "/plans/taoyan-2022/bulletins/"
TEMPLATE = LIST + "template/"


@pytest.fixture
def plan() -> Plan:
    return make_mixed_plan()


@pytest.fixture
def planner(plan: Plan) -> Client:
    return browser_of(make_user("planner", Role.PLANNER, unit=make_unit()))


@pytest.fixture
def bulletin(planner: Client, django_capture_on_commit_callbacks: Any) -> Bulletin:
    with django_capture_on_commit_callbacks(execute=True):
        assert planner.post(LIST, {"month": "2"}).status_code == 302
    return Bulletin.objects.get()


def official(role: str = Role.REPORTER) -> Client:
    return browser_of(make_user("official", role, unit=make_office()))


def test_making_one_leads_to_its_page_with_what_it_says(planner: Client, bulletin: Bulletin) -> None:
    page = planner.get(f"/bulletins/{bulletin.pk}/")

    assert "taoyan2022年2月重点工作推进情况通报" in page.content.decode()
    assert bulletin.facts["overall"]["say"] in page.content.decode()
    assert [kind for kind, _file in page.context["files"]] == ["docx", "pdf", "xlsx"]


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_a_file_is_handed_out_to_be_saved(bulletin: Bulletin, kind: str) -> None:
    answer = official().get(f"/bulletins/{bulletin.pk}/{kind}/")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == making.CONTENT_TYPES[kind]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''taoyan2022")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(b"".join(answer.streaming_content)) == bulletin.files[kind]["size"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["exe", "..", "facts"])
def test_there_are_no_other_files(bulletin: Bulletin, kind: str) -> None:
    assert official().get(f"/bulletins/{bulletin.pk}/{kind}/").status_code == 404


def test_everybody_who_sees_the_plan_sees_them_and_only_some_may_make(bulletin: Bulletin) -> None:
    page = official().get(LIST)

    assert page.status_code == 200
    assert "生成月度简报" not in page.content.decode()
    assert "通报模板" not in page.content.decode()
    assert "生成月度简报" in browser_of(make_leader()).get(LIST).content.decode()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER])
def test_others_may_not_make_one(plan: Plan, role: str) -> None:
    assert official(role).post(LIST, {"month": "2"}).status_code == 403
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_sees_no_business_finds_none(bulletin: Bulletin, role: str) -> None:
    visitor = browser_of(make_user("visitor", role))

    for address in (LIST, f"/bulletins/{bulletin.pk}/", f"/bulletins/{bulletin.pk}/pdf/"):
        assert visitor.get(address).status_code == 404


def test_another_subdistrict_finds_none(bulletin: Bulletin) -> None:
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")
    stranger = browser_of(make_user("stranger", Role.PLANNER, unit=other))

    for address in (LIST, f"/bulletins/{bulletin.pk}/", f"/bulletins/{bulletin.pk}/pdf/", TEMPLATE):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/bulletins/{bulletin.pk}/again/").status_code == 404


def test_a_visitor_is_sent_to_the_login(bulletin: Bulletin) -> None:
    for address in (LIST, f"/bulletins/{bulletin.pk}/", f"/bulletins/{bulletin.pk}/pdf/"):
        assert Client().get(address).headers["Location"].startswith("/login/")


@pytest.mark.parametrize("month", ["", "0", "13", "2.0", "-1", "二", "２", "999999", "12"])
def test_a_month_that_is_none_or_has_not_begun_is_refused_in_words(planner: Client, month: str) -> None:
    page = planner.post(LIST, {"month": month})

    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    assert not Bulletin.objects.exists()


def test_while_it_is_made_the_page_shows_how_far_and_asks_again(planner: Client, bulletin: Bulletin) -> None:
    Bulletin.objects.update(state="making", done=2, updated_at=timezone.now())

    page = planner.get(f"/bulletins/{bulletin.pk}/").content.decode()
    fragment = planner.get(f"/bulletins/{bulletin.pk}/", headers={"HX-Request": "true"})

    assert f'<progress id="bl-bar" max="{making.STEPS}" value="2">' in page
    assert 'hx-trigger="every 1s"' in page
    assert "<html" not in fragment.content.decode()
    assert "HX-Refresh" not in fragment


def test_once_it_is_made_the_fragment_asks_for_the_whole_page(planner: Client, bulletin: Bulletin) -> None:
    answer = planner.get(f"/bulletins/{bulletin.pk}/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Refresh"] == "true"


def test_one_whose_worker_was_lost_can_be_made_again(planner: Client, bulletin: Bulletin) -> None:
    Bulletin.objects.update(state="making", updated_at=timezone.now() - making.SILENCE - timedelta(seconds=1))
    assert "重新生成" in planner.get(f"/bulletins/{bulletin.pk}/").content.decode()
    assert official().post(f"/bulletins/{bulletin.pk}/again/").status_code == 403

    planner.post(f"/bulletins/{bulletin.pk}/again/")

    bulletin.refresh_from_db()
    assert bulletin.state == "done"


def test_the_template_in_use_is_downloaded_to_be_edited(planner: Client) -> None:
    answer = planner.get(TEMPLATE)

    assert b"".join(answer.streaming_content) == word.OWN_TEMPLATE.read_bytes()  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_template_is_replaced_and_withdrawn(planner: Client) -> None:
    planner.post(TEMPLATE, {"file": upload(template_of("{{ title }}"), "本办.docx")})
    assert "本办.docx" in planner.get(LIST).content.decode()

    planner.post(TEMPLATE + "withdraw/")
    assert "本办.docx" not in planner.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("{{ tile }}", "a.docx", "没有“tile”这个字段。"),
        ("{{ title }}", "a.docm", "可能含有宏"),
        ("{{ title", "a.docx", "模板的写法有误"),
    ],
)
def test_a_bad_template_is_refused_with_the_reason(planner: Client, text: str, name: str, why: str) -> None:
    page = planner.post(TEMPLATE, {"file": upload(template_of(text), name)})

    assert page.status_code == 400
    assert why in page.content.decode()
    assert not BulletinTemplate.objects.exists()


def test_no_template_is_asked_for_one(planner: Client) -> None:
    page = planner.post(TEMPLATE, {})

    assert page.status_code == 400
    assert "请选择要上传的 Word 模板" in page.content.decode()


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER])
def test_only_planners_see_and_replace_the_template(plan: Plan, role: str) -> None:
    visitor = browser_of(make_user("official", role, unit=make_unit()))

    assert visitor.get(TEMPLATE).status_code == 403
    assert visitor.post(TEMPLATE, {"file": upload(template_of("{{ title }}"))}).status_code == 403
    assert visitor.post(TEMPLATE + "withdraw/").status_code == 403


def test_the_navigation_leads_there(plan: Plan) -> None:
    assert f'href="{LIST}"' in official().get("/").content.decode()


def test_the_lists_queries_do_not_grow_with_it(planner: Client, bulletin: Bulletin) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert planner.get(LIST).status_code == 200
        return len(captured)

    few = queries()
    common = {"as_of": bulletin.as_of, "issued_on": bulletin.issued_on, "made_at": bulletin.made_at}
    Bulletin.objects.bulk_create(
        Bulletin(plan=bulletin.plan, month=3, edition=n, made_by=bulletin.made_by, state="done", **common)
        for n in range(1, 30)
    )

    assert queries() == few
