"""报告全文: every sentence of the document that became a target or a work, coloured by where it stands."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from dashboard.report_map import Item, pieces_of
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_leader
from goals.loading import load_plan
from goals.models import Plan, Target
from goals.progress.recompute import recompute
from goals.tests.factories import make_user
from projects.models import Project
from projects.tests.factories import make_project

ADDRESS = "/plans/taoyan-2022/document/"
pytestmark = pytest.mark.django_db


def item(start: int, end: int, status: str = "on_track", pk: int = 1, **other: Any) -> Item:
    fields = {"kind": "target", "name": f"{pk}", "word": "", "figures": "", "office": "", "address": f"/{pk}/"}
    return Item(pk=pk, status=status, number=1, start=start, end=end, **(fields | other))


def cut(text: str, *items: Item) -> list[tuple[str, list[int]]]:
    return [(piece.text, [i.pk for i in piece.items]) for piece in pieces_of(text, items)]


def test_text_without_promises_is_one_piece() -> None:
    assert cut("一二三") == [("一二三", [])]


def test_a_quote_is_a_piece_between_the_rest() -> None:
    assert cut("一二三四", item(1, 3)) == [("一", []), ("二三", [1]), ("四", [])]


def test_a_quote_within_another_belongs_to_both() -> None:
    assert cut("一二三四", item(0, 4), item(1, 2, pk=2)) == [("一", [1]), ("二", [1, 2]), ("三四", [1])]


def test_overlapping_quotes_share_what_they_have_in_common() -> None:
    assert cut("一二三四", item(0, 3), item(2, 4, pk=2)) == [("一二", [1]), ("三", [1, 2]), ("四", [2])]


def test_nothing_of_the_text_is_lost() -> None:
    text = "甲乙丙丁戊己"

    assert "".join(piece.text for piece in pieces_of(text, [item(0, 2), item(1, 5, pk=2), item(5, 6, pk=3)])) == text


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [(["on_track", "behind"], "behind"), (["achieved", ""], "achieved"), (["no_data", "on_track"], "no_data")],
)
def test_the_worst_of_a_sentences_promises_colours_it(statuses: list[str], worst: str) -> None:
    (piece,) = pieces_of("一", [item(0, 1, status, pk) for pk, status in enumerate(statuses, start=1)])

    assert piece.worst.status == worst


@pytest.fixture
def real_plan() -> Plan:
    """The plan of 2022 as it is loaded, with its document."""
    load_plan(settings.BASE_DIR / "data" / "plan-2022.yaml")
    plan = Plan.objects.get()
    recompute(list(Target.objects.values_list("pk", flat=True)))
    return plan


@pytest.fixture
def real(real_plan: Plan) -> Client:
    return browser_of(make_user("leader", Role.LEADER, unit=real_plan.unit))


def test_it_shows_all_29_targets_and_every_headline_project_of_the_real_plan(real: Client) -> None:
    page = real.get(ADDRESS)
    text = page.content.decode()

    targets, projects = Target.objects.all(), Project.objects.counted()
    assert len(targets) == 29
    assert len(projects) > 80
    for target in targets:
        assert f'id="t{target.pk}"' in text, target.name
        assert f'href="/targets/{target.pk}/"' in text, target.name
    for project in projects:
        assert f'id="p{project.pk}"' in text, project.name
        assert f'href="/projects/{project.pk}/"' in text, project.name
    assert page.context["map"].unlocated == []


def test_the_whole_document_is_there_word_for_word(real: Client, real_plan: Plan) -> None:
    shown = real.get(ADDRESS).context["map"].paragraphs

    assert len(shown) == len(real_plan.paragraphs())
    for paragraph, line in zip(shown, real_plan.paragraphs(), strict=True):
        assert len("".join(piece.text for piece in paragraph.pieces)) == len(line)


def test_its_six_parts_are_headings_that_lead_to_their_sections(real: Client) -> None:
    assert real.get(ADDRESS).content.decode().count('<h2 class="dm-sec"') == 6


def test_what_is_not_in_the_document_stands_beside_it(real: Client, real_plan: Plan) -> None:
    project = make_project(real_plan, "extra", name="后来增加的项目", theme=real_plan.themes.first())

    assert [i.pk for i in real.get(ADDRESS).context["map"].unlocated] == [project.pk]
    assert "后来增加的项目" in real.get(ADDRESS).content.decode()


@pytest.fixture
def leader() -> Client:
    make_full_plan(4)
    return browser_of(make_leader())


def test_a_status_is_a_line_a_shape_and_a_word_never_a_colour_alone(leader: Client) -> None:
    page = leader.get(ADDRESS).content.decode()

    link = re.search(r'<a class="rm rm-late".*?</a><span class="rm-p">.*?</span></span>', page)
    assert link is not None
    assert "#st-late" in link[0]
    assert 'aria-label="落后"' in link[0]


def test_a_filter_colours_these_alone_and_leaves_the_text(leader: Client) -> None:
    page = leader.get(ADDRESS, {"status": "on_track"})

    assert {i.status for i in page.context["map"].shown} == {"on_track"}
    assert page.context["map"].counts["behind"] == 2
    assert "第二段。" in page.content.decode()


def test_only_targets_or_only_projects(leader: Client) -> None:
    make_project(Plan.objects.get(), name="某项目", quote="第二段", paragraph=2)

    found = leader.get(ADDRESS, {"kind": "project"}).context["map"].shown

    assert [i.name for i in found] == ["某项目"]


def test_a_status_that_is_none_asks_for_everything(leader: Client) -> None:
    assert len(leader.get(ADDRESS, {"status": "purple", "kind": "x"}).context["map"].shown) == 4


def test_routine_work_is_underlined_without_a_colour(leader: Client) -> None:
    make_project(Plan.objects.get(), quote="第二段", paragraph=2, tier="routine")

    page = leader.get(ADDRESS)
    assert 'class="rm rm-plain"' in page.content.decode()
    assert page.context["map"].plain == 1


def test_an_earlier_day_has_that_days_colours_and_stays_on_the_links(leader: Client) -> None:
    page = leader.get(ADDRESS + "?as_of=2022-01-31")

    assert page.context["asof"].day == date(2022, 1, 31)
    assert f'href="/targets/{Target.objects.first().pk}/?as_of=2022-01-31"' in page.content.decode()  # type: ignore[union-attr]


def test_a_doubtful_figure_is_printed_as_the_document_has_it(leader: Client) -> None:
    target = Target.objects.get(code="target.0")
    Target.objects.filter(pk=target.pk).update(in_doubt=True, literal="1.08万斤", goal=Decimal("1.08"))
    recompute([target.pk])

    assert "1.08万斤" in leader.get(ADDRESS).content.decode()


def test_names_and_text_are_data_never_markup(leader: Client) -> None:
    Target.objects.filter(code="target.0").update(name="<b>x</b>")
    Plan.objects.update(document="<script>alert(1)</script>争取新增4家企业")

    page = leader.get(ADDRESS).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page


def test_a_plan_without_its_document_says_so(leader: Client) -> None:
    Plan.objects.update(document="")

    page = leader.get(ADDRESS)
    assert "没有录入原文" in page.content.decode()
    assert len(page.context["map"].unlocated) == 4


def test_who_may_not_see_the_plan_gets_404() -> None:
    make_full_plan(1)
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=other))
    auditor = browser_of(make_user("auditor", Role.AUDITOR))

    assert stranger.get(ADDRESS).status_code == auditor.get(ADDRESS).status_code == 404
    assert Client().get(ADDRESS).status_code == 302
    assert browser_of(make_leader()).get("/plans/nowhere/document/").status_code == 404


@pytest.mark.parametrize("query", ["", "?as_of=2022-02-15", "?as_of=2022-02-28&known=then"])
def test_its_queries_are_at_most_15_and_do_not_grow(leader: Client, query: str) -> None:
    plan = Plan.objects.get()
    make_project(plan, quote="第二段", paragraph=2)

    def count() -> int:
        leader.get(ADDRESS + query)
        with CaptureQueriesContext(connection) as captured:
            leader.get(ADDRESS + query)
        return len(captured)

    few = count()
    add_targets(plan, list(plan.themes.all()), range(4, 40))
    for number in range(5):
        make_project(plan, f"work.{number}", quote="第二段", paragraph=2)

    assert count() == few <= 15


def test_the_way_to_it_stands_in_the_side_bar(leader: Client) -> None:
    assert f'href="{ADDRESS}?as_of=2022-01-31"' in leader.get("/?as_of=2022-01-31").content.decode()
