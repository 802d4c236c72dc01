"""The auditor's trail: filtered, in full, verified, exported; every look at all of it is an event too."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from accounts.views import trail as pages
from audit import triggers
from audit.models import Event
from audit.trail import Actor, Entry, first_broken_link, record
from common import clock
from goals.tests.factories import make_user

pytestmark = pytest.mark.django_db
GETS = ["/audit/", "/audit/1/"]
POSTS = ["/audit/verify/", "/audit/export/"]


def write(*actions: str, actor: str = "张三", day: date = date(2022, 10, 12), **fields: Any) -> None:
    who = Actor(id=1, name=actor, role=Role.PLANNER, unit_code="office", unit_name="党政办", origin="10.0.0.1")
    fields = {"record": "target", "record_id": "7"} | fields
    with clock.pretending(day), transaction.atomic():
        record(who, [Entry(action, **fields) for action in actions])


@pytest.fixture
def auditor() -> Client:
    return browser_of(make_user("auditor", Role.AUDITOR))


def listed(auditor: Client, query: str = "") -> list[int]:
    return [e.sequence for e in auditor.get(f"/audit/{query}").context["rows"]]


def test_the_newest_stands_first_with_words_for_its_codes(auditor: Client) -> None:
    write("adopt", record="plan", record_id="taoyan-2022")
    write("something_new")

    page = auditor.get("/audit/").content.decode()

    assert listed(auditor) == [2, 1]
    assert "印发计划" in page and "taoyan-2022" in page and "张三" in page
    assert "something_new" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?since=2022-10-02", [3]),
        ("?until=2022-10-01", [2, 1]),
        ("?since=2022-10-01&until=2022-10-01", [2]),
        ("?actor=李", [2]),
        ("?action=adjust", [3]),
        ("?record=plan", [1]),
        ("?record=target&record_id=7", [3, 2]),
        ("?record_id=8", []),
        ("?unit=office", [3, 2, 1]),
        ("?unit=党政", [3, 2, 1]),
        ("?unit=village", []),
    ],
)
def test_it_is_filtered(auditor: Client, query: str, found: list[int]) -> None:
    write("save", day=date(2022, 9, 30), record="plan")
    write("save", day=date(2022, 10, 1), actor="李四")
    write("adjust")

    assert listed(auditor, query) == found


@pytest.mark.parametrize("query", ["?since=yesterday", "?until=2022-02-30", "?actor=%00", "?action=" + "x" * 61])
def test_a_filter_that_means_nothing_is_said_beside_its_name(auditor: Client, query: str) -> None:
    write("save")

    answer = auditor.get(f"/audit/{query}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not answer.context["rows"]


def test_older_and_newer_pages_hang_together_and_keep_the_filter(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 3)
    write(*["save"] * 7)
    write("other")

    first = auditor.get("/audit/?action=save")
    second = listed(auditor, "?action=save&before=5")
    last = auditor.get("/audit/?action=save&before=2")

    assert [e.sequence for e in first.context["rows"]] == [7, 6, 5]
    assert "?action=save&amp;before=5" in first.content.decode()
    assert second == [4, 3, 2]
    assert [e.sequence for e in last.context["rows"]] == [1]
    assert last.context["slice"].older is None
    assert listed(auditor, "?action=save&after=1") == [4, 3, 2]
    assert auditor.get("/audit/?action=save&after=4").context["slice"].newer is None


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", "?after=" + "9" * 30, "?before=٣"])
def test_a_place_that_is_no_number_is_the_newest_page(auditor: Client, query: str) -> None:
    write("save")

    assert listed(auditor, query) == [1]


def test_one_event_stands_before_beside_after(auditor: Client) -> None:
    write("save", before={"goal": "4", "name": "旧", "same": 1}, after={"goal": "5", "name": "", "same": 1, "new": [1]})

    values = auditor.get("/audit/1/").context["values"]

    assert [(v.name, v.before, v.after, v.differs) for v in values] == [
        ("goal", "4", "5", True),
        ("name", "旧", "（空）", True),
        ("same", "1", "1", False),
        ("new", "—", "[1]", True),
    ]


def test_what_was_written_is_shown_as_text(auditor: Client) -> None:
    write("save", after={"name": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in auditor.get("/audit/1/").content.decode()


@pytest.mark.parametrize("sequence", ["2", "99999999999999999999"])
def test_an_event_that_is_not_there_is_not_found(auditor: Client, sequence: str) -> None:
    write("save")

    assert auditor.get(f"/audit/{sequence}/").status_code == 404


def test_a_chain_that_holds_is_said_to_and_that_it_was_asked_is_told(auditor: Client) -> None:
    write("save", "save")

    answer = auditor.post("/audit/verify/", follow=True)

    assert "审计链完整，共 2 条" in answer.content.decode()
    event = Event.objects.latest("sequence")
    assert (event.action, event.actor_name, event.role, event.after) == (
        *("verify", "auditor", Role.AUDITOR),
        {"events": 2, "broken": None},
    )
    assert first_broken_link() is None


def test_a_broken_chain_names_its_first_broken_link(auditor: Client) -> None:
    write("save", "save", "save")
    Event.objects.filter(sequence=2).update(actor_name="他人")

    answer = auditor.post("/audit/verify/", follow=True)

    assert "审计链在第 2 条断开" in answer.content.decode()
    assert Event.objects.latest("sequence").after["broken"] == 2


def exported(auditor: Client, **filters: str) -> list[list[str]]:
    answer = auditor.post("/audit/export/", filters)
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_an_export_has_the_filtered_events_oldest_first_and_not_itself(auditor: Client) -> None:
    write("save", "adjust", "save", before={"goal": "4"}, after={"goal": "5"})

    head, *rows = exported(auditor, action="save")

    assert head[:4] == ["序号", "时间", "动作", "操作人"]
    assert [row[0] for row in rows] == ["1", "3"]
    assert rows[0][10:12] == ['{"goal": "4"}', '{"goal": "5"}']
    event = Event.objects.latest("sequence")
    assert (event.action, event.after) == ("export", {"filters": {"action": "save"}, "through": 3})


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_it_runs_as_a_formula(auditor: Client, name: str) -> None:
    write("save", actor=name)

    assert exported(auditor)[1][3] == f"'{name}"


def test_it_is_a_download_that_is_streamed(auditor: Client) -> None:
    answer = auditor.post("/audit/export/")

    assert answer.streaming
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-2022-10-12.csv"'


def test_too_many_are_asked_for_in_parts(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_EXPORTED", 2)
    write("save", "save", "save")

    answer = auditor.post("/audit/export/")

    assert answer.status_code == 400
    assert "请缩小日期范围" in answer.content.decode()
    assert not Event.objects.filter(action="export").exists()


def test_a_wrong_filter_exports_nothing(auditor: Client) -> None:
    assert auditor.post("/audit/export/", {"since": "yesterday"}).status_code == 400
    assert not Event.objects.exists()


def test_it_reads_in_chunks_however_many_there_are(auditor: Client) -> None:
    write(*["save"] * 5)
    few = queries(lambda: exported(auditor))
    write(*["save"] * 50)

    assert queries(lambda: exported(auditor)) == few


@pytest.mark.parametrize("role", [r for r in Role if r != Role.AUDITOR])
def test_nobody_but_auditors_sees_or_takes_it(role: str) -> None:
    write("save")
    browser = browser_of(make_user("someone", role))

    assert {browser.get(address).status_code for address in GETS} == {403}
    assert {browser.post(address).status_code for address in POSTS} == {403}
    assert Event.objects.count() == 1


def test_a_visitor_is_sent_to_the_login() -> None:
    for address in [*GETS, *POSTS]:
        assert Client().get(address).headers["Location"].startswith("/login/")


def test_looking_is_no_way_to_verify_or_export(auditor: Client) -> None:
    assert {auditor.get(address).status_code for address in POSTS} == {405}


def test_an_auditor_changes_nothing(auditor: Client) -> None:
    write("save")
    triggers.create(connection)

    for address in GETS:
        assert auditor.post(address).status_code == 405
    assert {auditor.post(a).status_code for a in ("/units/add/", "/posts/add/", "/users/add/")} == {403}
    triggers.drop(connection)


def test_its_queries_do_not_grow_and_count_nothing(auditor: Client) -> None:
    write("save")
    few = queries(lambda: auditor.get("/audit/"))
    write(*["save"] * 200)

    # session, user, grants, events
    assert queries(lambda: auditor.get("/audit/")) == few == 4
