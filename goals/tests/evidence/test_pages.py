"""The pages of evidence: listed, attached, handed out, removed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Grant, Role
from goals.models import Evidence, Reading, Target
from goals.models.reading import State
from goals.tests.evidence.factories import attached, everything, files, make_draft
from goals.tests.evidence.files import GOOD, HTML, PDF, SCRIPTED_PDF, upload
from goals.tests.factories import make_unit, make_user
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def page_of(reading: Reading) -> str:
    return f"/readings/{reading.pk}/evidence/"


def send(user: Any, reading: Reading, *several: object, **more: str) -> Any:
    return browser_of(user).post(page_of(reading), {"file": list(several), **more})


def test_several_files_are_attached_at_once_and_listed(cast: Cast) -> None:
    reading = make_draft(cast)

    answer = send(cast.official, reading, *(upload(*GOOD[kind]) for kind in GOOD))

    page = browser_of(cast.official).get(answer["Location"]).content.decode()
    assert all(name in page for name, _content in GOOD.values())
    assert len(files()) == 5


def test_how_many_were_attached_is_said(cast: Cast) -> None:
    address = page_of(make_draft(cast))

    shown = browser_of(cast.official).post(address, {"file": [upload(), upload("b.pdf")]}, follow=True)

    assert "已上传 2 个文件" in shown.content.decode()


def test_one_bad_file_keeps_all_out_and_is_named_on_the_page(cast: Cast) -> None:
    reading = make_draft(cast)
    before = everything()

    answer = send(cast.official, reading, upload(), upload("现场.png", HTML))

    assert answer.status_code == 400
    assert "现场.png：内容不是 pdf、docx、xlsx、jpg 或 png。" in answer.content.decode()
    assert everything() == before


def test_choosing_no_file_is_said(cast: Cast) -> None:
    answer = send(cast.official, make_draft(cast))

    assert answer.status_code == 400
    assert "请选择要上传的文件" in answer.content.decode()


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_is_handed_out_to_be_saved_and_never_run(cast: Cast, kind: str) -> None:
    name, content = GOOD[kind]
    made = attached(cast, make_draft(cast), name, content)

    answer = browser_of(cast.leader).get(f"/evidence/{made.pk}/")

    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Length"] == str(len(content))


def test_a_pdf_with_a_script_is_an_attachment_too(cast: Cast) -> None:
    made = attached(cast, make_draft(cast), "a.pdf", SCRIPTED_PDF)

    answer = browser_of(cast.leader).get(f"/evidence/{made.pk}/")

    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="a.pdf"',
    )


def test_a_file_that_the_storage_lost_is_said_and_no_fault(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    files()[0].unlink()

    answer = browser_of(cast.leader).get(f"/evidence/{made.pk}/")

    assert answer.status_code == 409
    assert "文件不在存储中" in answer.content.decode()


def test_a_file_is_removed_and_its_page_shown_again(cast: Cast) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)

    answer = browser_of(cast.official).post(f"/evidence/{made.pk}/remove/")

    assert (answer.status_code, answer["Location"]) == (302, page_of(reading))
    assert not Evidence.objects.exists()


def test_what_was_submitted_keeps_its_files_and_says_so(cast: Cast) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    Reading.objects.update(state=State.SUBMITTED)
    browser, before = browser_of(cast.official), everything()

    shown = browser.get(page_of(reading)).content.decode()
    sent = send(cast.official, reading, upload())
    removed = browser.post(f"/evidence/{made.pk}/remove/", follow=True)

    assert "提交后佐证不再改动" in shown and 'type="file"' not in shown and "/remove/" not in shown
    assert sent.status_code == 409 and "只有草稿的佐证可以改动" in sent.content.decode()
    assert "只有草稿的佐证可以改动" in removed.content.decode()
    assert everything() == before


@pytest.mark.parametrize(
    ("asked", "led"),
    [("/report/", "/report/"), ("https://evil.example/", None), ("//evil.example/", None), ("javascript:x", None)],
)
def test_one_returns_to_the_page_of_the_portal_one_came_from(cast: Cast, asked: str, led: str | None) -> None:
    reading = make_draft(cast)

    answer = send(cast.official, reading, upload(), next=asked)

    assert answer["Location"] == (led or page_of(reading))


@pytest.mark.parametrize("who", ["reviewer", "planner", "leader"])
def test_who_does_not_report_it_may_look_and_change_nothing(cast: Cast, who: str) -> None:
    reading, user = make_draft(cast), getattr(cast, who)
    made = attached(cast, reading)
    before = everything()

    page = browser_of(user).get(page_of(reading)).content.decode()

    assert "厂房租赁协议.pdf" in page and 'type="file"' not in page and "/remove/" not in page
    assert send(user, reading, upload()).status_code == 403
    assert browser_of(user).post(f"/evidence/{made.pk}/remove/").status_code == 403
    assert everything() == before


def addresses(reading: Reading, made: Evidence) -> list[tuple[str, str]]:
    return [
        ("get", page_of(reading)),
        ("post", page_of(reading)),
        ("get", f"/evidence/{made.pk}/"),
        ("post", f"/evidence/{made.pk}/remove/"),
    ]


@pytest.mark.parametrize(("role", "status"), [(Role.LEADER, 404), (Role.REPORTER, 404), (Role.ADMINISTRATOR, 403)])
def test_another_subdistrict_and_who_administers_see_nothing_of_it(cast: Cast, role: str, status: int) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    elsewhere = None if role == Role.ADMINISTRATOR else make_unit("elsewhere")
    browser = browser_of(make_user("stranger", role, unit=elsewhere))

    assert [getattr(browser, method)(path).status_code for method, path in addresses(reading, made)] == [status] * 4


def test_what_is_not_there_looks_the_same_as_what_one_may_not_see(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    browser = browser_of(make_user("stranger", Role.LEADER, unit=make_unit("elsewhere")))

    for path in ("/evidence/{}/", "/readings/{}/evidence/"):
        hidden, missing, absurd = (browser.get(path.format(pk)) for pk in (made.pk, 999_999, 10**30))
        assert hidden.status_code == missing.status_code == absurd.status_code == 404
        assert hidden.content == missing.content


def test_visitors_are_led_to_the_login(cast: Cast) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)

    for method, path in addresses(reading, made):
        assert getattr(Client(), method)(path)["Location"].startswith("/login/")


def test_a_disabled_user_and_one_whose_role_ended_download_nothing_more(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    disabled, moved = browser_of(cast.leader), browser_of(cast.reviewer)
    cast.leader.is_active = False
    cast.leader.save()
    Grant.objects.filter(user=cast.reviewer).delete()

    assert disabled.get(f"/evidence/{made.pk}/")["Location"].startswith("/login/")
    assert moved.get(f"/evidence/{made.pk}/").status_code == 403


def test_a_form_without_its_token_attaches_nothing(cast: Cast) -> None:
    reading = make_draft(cast)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.official)
    before = everything()

    assert browser.post(page_of(reading), {"file": upload()}).status_code == 403
    assert everything() == before

    browser.get(page_of(reading))
    token = browser.cookies["csrftoken"].value
    sent = browser.post(page_of(reading), {"file": upload(), "csrfmiddlewaretoken": token})
    assert sent.status_code == 302
    assert len(files()) == 1


def test_looking_changes_nothing(cast: Cast) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    browser = browser_of(cast.official)

    assert browser.get(f"/evidence/{made.pk}/remove/").status_code == 405
    assert browser.put(page_of(reading)).status_code == 405
    assert browser.post(f"/evidence/{made.pk}/").status_code == 405


def test_evidence_is_optional_and_its_absence_unmarked_unless_a_target_asks(cast: Cast) -> None:
    reading = make_draft(cast)
    browser = browser_of(cast.official)

    assert "可附可不附" in browser.get(page_of(reading)).content.decode()
    Target.objects.update(evidence_required=True)
    assert "提交前须附" in browser.get(page_of(reading)).content.decode()


def test_the_sheet_says_beside_its_row_that_evidence_is_asked(cast: Cast) -> None:
    Target.objects.update(evidence_required=True)
    key = "firms|office|2022-09-30"

    answer = browser_of(cast.official).post("/report/", {"row": [key], "submit": "1", f"value|{key}": "5"})

    assert answer.status_code == 400
    assert "须附佐证：请先存为草稿" in answer.content.decode()
    assert not Reading.objects.exists()


def test_a_planner_says_which_target_asks_for_evidence(cast: Cast) -> None:
    browser, address = browser_of(cast.planner), f"/targets/{cast.target.pk}/edit/"
    form = browser.get(address).context["form"]
    data = {f.html_name: f.value() for f in form if f.value() not in (None, False, [])}

    answer = browser.post(address, data | {"evidence_required": "on", "version": str(form.instance.version)})

    assert answer.status_code == 302
    assert Target.objects.get().evidence_required


def test_a_name_is_text_on_the_page(cast: Cast) -> None:
    reading = make_draft(cast)
    attached(cast, reading, "<script>alert(1)<b>.pdf", PDF)

    page = browser_of(cast.official).get(page_of(reading)).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_its_queries_do_not_grow_with_its_files(cast: Cast) -> None:
    reading = make_draft(cast)
    attached(cast, reading)
    browser = browser_of(cast.official)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(page_of(reading))
        return len(captured)

    count()
    few = count()
    for number in range(15):
        attached(cast, reading, f"{number}.pdf")

    assert count() == few
