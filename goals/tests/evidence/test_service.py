"""Attaching and removing: who may, until when, and that files and rows go together."""

import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from audit.trail import first_broken_link
from common.errors import Conflict, Forbidden
from goals import evidence, reporting
from goals.models import Evidence, Plan, Reading, Target
from goals.models.reading import State
from goals.tests.evidence.factories import attached, everything, files, make_draft
from goals.tests.evidence.files import GOOD, HTML, PDF, picture, upload
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def test_an_attached_file_is_kept_under_its_key_and_not_its_name(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))

    (path,) = files()
    key = made.key.hex
    assert path.parts[-3:] == (key[:2], key[2:4], key)
    assert path.read_bytes() == PDF
    assert evidence.opened(made).read() == PDF


def test_nobody_else_on_the_machine_reads_what_is_kept(cast: Cast, kept: Path) -> None:
    attached(cast, make_draft(cast))

    (path,) = files()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_row_says_what_the_file_is(cast: Cast) -> None:
    reading = make_draft(cast)

    made = attached(cast, reading, "现场.JPEG", picture("JPEG"))

    assert (made.record, made.name, made.kind, made.uploaded_by) == (reading, "现场.JPEG", "jpg", cast.official)


def test_attaching_and_removing_are_told(cast: Cast) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    evidence.remove(cast.official, made, origin="10.0.0.1")

    attach, remove = Event.objects.order_by("sequence")
    assert (attach.action, attach.record, attach.actor_name) == ("attach", "evidence", "official")
    assert (remove.action, remove.origin) == ("remove", "10.0.0.1")
    assert remove.before == attach.after
    assert (attach.after["name"], attach.after["record_id"]) == ("厂房租赁协议.pdf", str(reading.pk))
    assert first_broken_link() is None


def test_a_removed_files_content_goes_with_the_commit(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    made = attached(cast, make_draft(cast))

    with django_capture_on_commit_callbacks() as callbacks:
        evidence.remove(cast.official, made)
    assert len(files()) == 1
    callbacks[0]()

    assert files() == []
    assert not Evidence.objects.exists()


def test_removing_twice_is_a_conflict(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    evidence.remove(cast.official, Evidence.objects.get())

    with pytest.raises(Conflict):
        evidence.remove(cast.official, made)


def test_one_bad_file_of_several_keeps_all_out_and_each_fault_is_named(cast: Cast) -> None:
    reading = make_draft(cast)
    before = everything()

    with pytest.raises(ValidationError) as caught:
        evidence.attach_all(cast.official, reading, [upload(), upload("a.png", HTML), upload("b.exe")])

    assert [m.partition("：")[0] for m in caught.value.message_dict["file"]] == ["a.png", "b.exe"]
    assert everything() == before


def test_a_row_that_cannot_be_written_leaves_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = make_draft(cast)
    before = everything()
    monkeypatch.setattr(evidence.trail, "record", lambda *_args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        attached(cast, reading)

    assert everything() == before


def test_a_disk_that_is_full_leaves_neither_row_nor_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, save = make_draft(cast), FileSystemStorage.save
    before = everything()

    def full(self: FileSystemStorage, name: str, content: Any, **more: Any) -> str:
        if files():
            raise OSError("no space left")
        return save(self, name, content, **more)

    monkeypatch.setattr(FileSystemStorage, "save", full)

    with pytest.raises(OSError, match="no space"):
        evidence.attach_all(cast.official, reading, [upload(), upload("b.pdf")])

    assert everything() == before


def test_a_record_takes_twenty_files_and_no_more(cast: Cast) -> None:
    reading = make_draft(cast)
    evidence.attach_all(cast.official, reading, [upload(f"{n}.pdf") for n in range(19)])
    before = everything()

    with pytest.raises(ValidationError) as caught:
        evidence.attach_all(cast.official, reading, [upload("20.pdf"), upload("21.pdf")])
    assert caught.value.error_dict["file"][0].code == "too_many_files"
    assert everything() == before

    attached(cast, reading, "20.pdf")
    assert Evidence.objects.count() == 20


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.APPROVED, State.SUPERSEDED])
def test_what_left_the_draft_keeps_its_evidence_as_it_is(cast: Cast, state: str) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    Reading.objects.update(state=state)
    before = everything()

    with pytest.raises(Conflict):
        attached(cast, Reading.objects.get())
    with pytest.raises(Conflict):
        attached(cast, reading)  # an instance read before it was submitted
    with pytest.raises(Conflict):
        evidence.remove(cast.official, made)

    assert everything() == before


@pytest.mark.parametrize("who", ["reviewer", "other_reviewer", "planner", "leader"])
def test_who_may_not_report_it_neither_attaches_nor_removes(cast: Cast, who: str) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    before = everything()

    with pytest.raises(Forbidden):
        evidence.attach(getattr(cast, who), reading, upload())
    with pytest.raises(Forbidden):
        evidence.remove(getattr(cast, who), made)

    assert everything() == before


def test_a_data_feed_attaches_to_the_indicators_that_name_it(cast: Cast) -> None:
    feed, other = make_user("feed", Role.DATA_FEED), make_user("other_feed", Role.DATA_FEED)
    cast.indicator.feeds.add(feed)
    reading = make_draft(cast)

    evidence.attach(feed, reading, upload())

    with pytest.raises(Forbidden):
        evidence.attach(other, reading, upload())


def test_who_adds_the_proof_had_a_hand_in_the_figure(cast: Cast) -> None:
    both = make_user("both", Role.REPORTER, Role.REVIEWER, unit=cast.office)
    reading = make_draft(cast)
    evidence.attach(both, reading, upload())
    reporting.submit(cast.official, [reading.pk])

    with pytest.raises(Forbidden):
        reporting.approve(both, reading.pk)


def test_attaching_is_a_change_of_the_reading(cast: Cast) -> None:
    reading = make_draft(cast)

    attached(cast, reading)

    now = Reading.objects.get()
    assert now.version == reading.version + 1
    assert now.updated_at > reading.updated_at


def test_who_sees_the_reading_sees_its_evidence(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    stranger = make_user("stranger", Role.LEADER, unit=make_unit("elsewhere"))
    administrator = make_user("administrator", Role.ADMINISTRATOR)

    for user in (cast.official, cast.reviewer, cast.planner, cast.leader):
        assert evidence.may_see(user, made)
        assert list(evidence.visible_to(user)) == [made]
    for user in (stranger, administrator):
        assert not evidence.may_see(user, made)
        assert not evidence.visible_to(user).exists()


def test_the_evidence_of_many_readings_is_one_query(cast: Cast) -> None:
    readings = [make_draft(cast, date(2022, month, 30)) for month in (4, 6, 9, 11)]
    attached(cast, readings[0])
    attached(cast, readings[2], "a.pdf")
    attached(cast, readings[2], "b.pdf")

    with CaptureQueriesContext(connection) as captured:
        found = evidence.of(readings)

    assert len(captured) == 1
    assert [[e.name for e in found[r.pk]] for r in readings] == [["厂房租赁协议.pdf"], [], ["a.pdf", "b.pdf"], []]
    assert evidence.of([]) == {}


def test_a_draft_thrown_away_takes_its_evidence_along(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    reading, other = make_draft(cast), make_draft(cast, AUGUST)
    attached(cast, reading)
    stays = attached(cast, other)

    with django_capture_on_commit_callbacks(execute=True):
        reporting.delete_draft(cast.official, reading.pk)

    assert list(Evidence.objects.all()) == [stays]
    assert [path.name for path in files()] == [stays.key.hex]
    assert list(Event.objects.order_by("-sequence").values_list("action", flat=True)[:2]) == ["delete_draft", "remove"]


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_is_handed_out_as_what_it_was_checked_to_be(cast: Cast, kind: str) -> None:
    made = attached(cast, make_draft(cast), *GOOD[kind])

    assert evidence.content_type_of(made) == evidence.evidence_files.CONTENT_TYPES[kind]


# What a target asks for.


def demand(cast: Cast, **fields: Any) -> None:
    Target.objects.filter(pk=cast.target.pk).update(evidence_required=True, **fields)


def row(cast: Cast, state: str = State.SUBMITTED, **fields: Any) -> dict[str, Any]:
    return {"indicator": cast.indicator, "unit": cast.office, "period": SEPTEMBER, "value": 5, "state": state} | fields


def test_evidence_is_asked_by_an_adopted_plans_target_for_its_year(cast: Cast) -> None:
    other = make_indicator("other", cast.office)
    make_target(cast.plan, other)
    assert evidence.required_for([cast.indicator, other], 2022) == set()
    demand(cast)

    assert evidence.required_for([cast.indicator, other], 2022) == {cast.indicator.pk}
    assert evidence.required_for([cast.indicator, other], 2023) == set()
    Plan.objects.update(state=Plan.State.DRAFT)
    assert evidence.required_for([cast.indicator, other], 2022) == set()


def test_another_subdistricts_plan_asks_nothing_of_ours(cast: Cast) -> None:
    elsewhere = make_plan("elsewhere", state="adopted")
    Plan.objects.filter(pk=elsewhere.pk).update(unit=make_unit("elsewhere"))
    make_target(elsewhere, cast.indicator, evidence_required=True)

    assert evidence.lacking([make_draft(cast)]) == []


def test_a_draft_without_the_evidence_that_is_asked_is_not_submitted(cast: Cast) -> None:
    demand(cast)
    reading = make_draft(cast)
    before = everything()

    with pytest.raises(ValidationError) as caught:
        reporting.submit(cast.official, [reading.pk])

    assert caught.value.error_dict["evidence"][0].code == "evidence_required"
    assert "firms 2022-09-30" in caught.value.messages[0]
    assert everything() == before


def test_with_its_evidence_it_is(cast: Cast) -> None:
    demand(cast)
    reading = make_draft(cast)
    attached(cast, reading)

    reporting.submit(cast.official, [reading.pk])

    assert Reading.objects.get().state == State.SUBMITTED


def test_one_that_lacks_it_keeps_all_from_being_submitted(cast: Cast) -> None:
    demand(cast)
    first, second = make_draft(cast, AUGUST), make_draft(cast)
    attached(cast, first)

    with pytest.raises(ValidationError):
        reporting.submit(cast.official, [first.pk, second.pk])

    assert {r.state for r in Reading.objects.all()} == {State.DRAFT}


def test_a_row_submitted_at_once_lacks_it_and_is_named(cast: Cast) -> None:
    demand(cast)
    free = make_indicator("free", cast.office, frequency="monthly")
    before = everything()

    with pytest.raises(ValidationError) as caught:
        reporting.post_readings(cast.official, [row(cast, indicator=free), row(cast)])

    assert set(caught.value.error_dict) == {"1.evidence"}
    assert caught.value.error_dict["1.evidence"][0].code == "evidence_required"
    assert everything() == before


def test_a_row_over_a_draft_that_has_it_is_submitted(cast: Cast) -> None:
    demand(cast)
    attached(cast, make_draft(cast))

    assert reporting.post_readings(cast.official, [row(cast, value=6)]).updated == 1
    assert Reading.objects.get().state == State.SUBMITTED


def test_a_draft_is_saved_without_it(cast: Cast) -> None:
    demand(cast)

    assert reporting.post_readings(cast.official, [row(cast, State.DRAFT)]).created == 1


def test_what_waits_already_or_is_approved_unchanged_is_not_asked_again(cast: Cast) -> None:
    make_draft(cast, AUGUST, state=State.SUBMITTED)
    make_draft(cast, state=State.APPROVED)
    demand(cast)

    assert reporting.post_readings(cast.official, [row(cast, period=AUGUST), row(cast)]).unchanged == 2


def test_a_correction_needs_evidence_of_its_own(cast: Cast) -> None:
    approved = make_draft(cast)
    attached(cast, approved)
    Reading.objects.update(state=State.APPROVED)
    demand(cast)

    with pytest.raises(ValidationError):
        reporting.post_readings(cast.official, [row(cast, value=6)])


def test_a_feed_that_writes_approved_figures_is_not_asked(cast: Cast) -> None:
    demand(cast)
    feed = make_user("feed", Role.DATA_FEED)
    cast.indicator.feeds.add(feed)

    assert reporting.post_readings(feed, [row(cast, State.APPROVED)]).created == 1


def test_asking_takes_as_many_queries_for_one_row_as_for_many(cast: Cast) -> None:
    demand(cast)
    indicators = []
    for number in range(8):
        indicators.append(make_indicator(f"more.{number}", cast.office, frequency="monthly"))
        make_target(cast.plan, indicators[-1], evidence_required=True)
        attached(cast, make_reading(indicators[-1], SEPTEMBER, 1, state=State.DRAFT))

    def count(rows: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            reporting.post_readings(cast.official, rows)
        return len(captured)

    few = count([row(cast, indicator=indicators[0])])
    assert count([row(cast, indicator=each) for each in indicators[1:]]) == few


def test_nothing_is_asked_of_a_village_that_no_such_plan_covers(cast: Cast) -> None:
    demand(cast)
    far = make_unit("far_office", "office", make_unit("elsewhere"))

    theirs = make_draft(cast, unit=far)

    assert evidence.lacking([theirs]) == []
    assert not evidence.is_required(theirs)
    assert evidence.lacking([make_draft(cast, unit=make_office("near_office"))]) != []


# What was returned comes again.


def returned(cast: Cast, *names: str) -> Reading:
    """A draft with these files, submitted and returned."""
    reading = make_draft(cast)
    for name in names:
        attached(cast, reading, name)
    Reading.objects.filter(pk=reading.pk).update(state=State.RETURNED)
    return Reading.objects.get(pk=reading.pk)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED])
def test_what_takes_the_place_of_a_returned_reading_takes_over_its_evidence(cast: Cast, state: str) -> None:
    demand(cast)
    old = returned(cast, "a.pdf", "b.pdf")

    (pk,) = reporting.post_readings(cast.official, [row(cast, state, value=6)]).ids

    new = Reading.objects.get(pk=pk)
    found = evidence.of([old, new])
    assert [e.name for e in found[pk]] == [e.name for e in found[old.pk]] == ["a.pdf", "b.pdf"]
    assert len(files()) == 4
    assert evidence.opened(found[pk][0]).read() == PDF
    assert Event.objects.filter(action="carry").count() == 2


def test_the_copy_may_be_removed_and_the_returned_reading_keeps_its_own(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    old = returned(cast, "a.pdf")
    (pk,) = reporting.post_readings(cast.official, [row(cast, State.DRAFT)]).ids

    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(cast.official, Evidence.objects.get(object_id=pk))

    (kept,) = evidence.of([old])[old.pk]
    assert evidence.opened(kept).read() == PDF


def test_a_returned_reading_without_the_evidence_that_is_asked_is_not_handed_in_again(cast: Cast) -> None:
    demand(cast)
    returned(cast)

    with pytest.raises(ValidationError) as caught:
        reporting.post_readings(cast.official, [row(cast, value=6)])

    assert set(caught.value.error_dict) == {"0.evidence"}


def test_only_what_was_returned_last_is_taken_over(cast: Cast) -> None:
    returned(cast, "a.pdf")
    make_draft(cast, state=State.APPROVED, revision=2)

    reporting.post_readings(cast.official, [row(cast, State.DRAFT, value=6)])

    assert Evidence.objects.count() == 1


def test_a_file_that_cannot_be_taken_over_leaves_all_as_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    returned(cast, "a.pdf")
    before = everything()
    monkeypatch.setattr(evidence.trail, "record", lambda *_args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        reporting.post_readings(cast.official, [row(cast, State.DRAFT)])

    assert everything() == before


def test_a_file_that_the_storage_lost_is_no_reason_not_to_report(cast: Cast) -> None:
    returned(cast, "a.pdf", "b.pdf")
    files()[0].unlink()

    (pk,) = reporting.post_readings(cast.official, [row(cast, State.DRAFT)]).ids

    assert Evidence.objects.filter(object_id=pk).count() == 1
