"""板块: one view for every section, filtered, with the panels that apps add."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_leader
from goals import panels
from goals.models import Section, Target

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/taoyan-2022/sections/economy/"


@pytest.fixture
def leader() -> Client:
    make_full_plan(4)
    return browser_of(make_leader())


def test_it_shows_the_sections_targets_by_theme_and_no_others(leader: Client) -> None:
    page = leader.get(ADDRESS).content.decode()

    assert "经济发展主题" in page
    assert "指标0" in page and "指标2" in page
    assert "指标1" not in page


def test_its_heading_is_printed_with_full_width_punctuation(leader: Client) -> None:
    assert "（1）经济发展" in leader.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"status": "behind"}, 2),
        ({"status": "on_track"}, 2),
        ({"q": "指标2"}, 1),
        ({"q": "没有"}, 0),
        ({"office": "office"}, 2),
        ({"office": "nobody"}, 2),
        ({"status": "stale"}, 2),
        ({"programme": "none"}, 2),
    ],
)
def test_it_filters(leader: Client, asked: dict[str, str], shown: int) -> None:
    # A status that no target has asks for nothing, as an office that the section doesn't have.
    assert leader.get(ADDRESS, asked).context["shown"] == shown


def test_a_swap_gets_the_rows_alone(leader: Client) -> None:
    rows = leader.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()

    assert "指标0" in rows
    assert "<html" not in rows


def test_a_restored_history_entry_gets_the_page(leader: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in leader.get(ADDRESS, headers=headers).content.decode()


def test_an_unknown_section_is_404(leader: Client) -> None:
    assert leader.get("/plans/taoyan-2022/sections/nowhere/").status_code == 404


def test_what_is_searched_for_is_shown_as_text(leader: Client) -> None:
    page = leader.get(ADDRESS, {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert(1)" not in page


def test_an_apps_panel_stands_below_the_targets(leader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_registry", {})

    @panels.panel("economy")
    def firms(section: Any, as_of: date) -> panels.Panel | None:
        return panels.Panel("dashboard/no_plan.html", {}) if section.code == "economy" else None

    section = Section.objects.get(code="economy")

    assert [p.template for p in panels.panels_of(section, date(2022, 10, 12))] == ["dashboard/no_plan.html"]
    assert len(leader.get(ADDRESS).context["panels"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?as_of=2022-02-15",
        "?as_of=2022-02-15&known=then",
        "?as_of=2022-02-15&compare=2022-01-20",
        "?as_of=2022-02-15&compare=2022-01-20&known=then",
    ],
)
def test_its_queries_are_few_and_do_not_grow_with_the_targets(leader: Client, query: str) -> None:
    # session, user, grants, plan with sections, targets, progress (readings if not stored); works, registers, and the
    # section's own panels; of a day gone by, what came later too
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            leader.get(ADDRESS + query)
        return len(captured)

    few = count()
    plan = Target.objects.all()[0].plan
    add_targets(plan, list(plan.themes.all()), range(4, 40))

    assert count() == few <= 15
