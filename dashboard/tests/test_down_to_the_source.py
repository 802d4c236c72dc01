"""How do you know? From 总览 to who entered and approved it, and to the sentence that promised it, in three clicks."""

import re
from html import unescape

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User
from goals.models import Evidence, Reading, Target
from projects.models import Milestone, Project

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# What a leader goes through on the way down: nothing else needs to be opened to look for a link.
ON_THE_WAY = re.compile(r"/plans/[^/]+/(?:sections/[^/]+|items|projects)/")


@pytest.fixture
def leader(loaded: None, settings: SettingsWrapper) -> Client:
    settings.DEMO = True
    client = Client()
    client.force_login(User.objects.get(username="leader"))
    return client


def said(leader: Client, address: str) -> str:
    answer = leader.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def links(leader: Client, address: str) -> list[str]:
    """Where a page's own part leads, in its order."""
    page = said(leader, address).split("<main")[1].split("</main>")[0]
    return list(dict.fromkeys(re.findall(r'href="(/[^"#]*)', page)))


def clicks_to(leader: Client, goal: str) -> int:
    """How many clicks from 总览, by the links that a leader sees."""
    found, clicks = ["/"], 0
    while clicks < 3:
        clicks += 1
        reached = list(dict.fromkeys(link for page in found for link in links(leader, page)))
        if goal in reached:
            return clicks
        found = [link for link in reached if ON_THE_WAY.fullmatch(link.partition("?")[0])]
    raise AssertionError(f"{goal} is more than three clicks away")


def typed(rule: str) -> Target:
    """A target of the rule whose newest figure was reported and approved by people."""
    approved = Reading.objects.filter(state="approved", reviewed_by__isnull=False, period__year=2022)
    return Target.objects.filter(rule=rule, indicator__in=approved.values("indicator")).order_by("order", "pk")[0]


def counted(rule: str, measure: str) -> Target:
    return Target.objects.get(rule=rule, indicator__measure=measure)


@pytest.mark.parametrize("rule", ["growth", "share"])
def test_a_reported_figure_leads_to_who_reported_and_who_approved_it(leader: Client, rule: str) -> None:
    target = typed(rule)
    newest = target.indicator.readings.filter(state="approved", period__year=2022).order_by("-period")[0]

    assert clicks_to(leader, f"/targets/{target.pk}/") <= 2

    page = said(leader, f"/targets/{target.pk}/")
    assert newest.reported_by is not None and newest.reported_by.name in page
    assert newest.reviewed_by is not None and newest.reviewed_by.name in page


@pytest.mark.parametrize(
    ("rule", "measure"),
    [
        ("total", "economy.idle_space_revitalised"),
        ("share", "urban_rural.five_star_coverage"),
        ("decline", "safety.accidents"),
    ],
)
def test_a_counted_figure_leads_to_its_rows_and_who_entered_them(leader: Client, rule: str, measure: str) -> None:
    target = counted(rule, measure)
    above = clicks_to(leader, f"/targets/{target.pk}/")
    rows = leader.get(f"/targets/{target.pk}/").context["counted"].rows

    assert above <= 2
    assert rows
    for row in rows[:3]:
        assert row.address in links(leader, f"/targets/{target.pk}/")
        assert re.search(r"\S+ 于 .+ 登记", said(leader, row.address))


def test_a_project_leads_to_who_accepted_its_milestones(leader: Client) -> None:
    accepted = Milestone.objects.filter(
        state="accepted", decided_by__isnull=False, project__in=Project.objects.counted()
    )
    milestone = accepted.select_related("decided_by")[0]
    assert milestone.decided_by is not None

    assert clicks_to(leader, f"/projects/{milestone.project_id}/") <= 2
    assert milestone.decided_by.name in said(leader, f"/projects/{milestone.project_id}/")


def test_every_target_and_headline_project_is_at_most_two_clicks_from_the_overview(leader: Client) -> None:
    near = {
        link
        for page in ["/", *links(leader, "/")]
        if ON_THE_WAY.fullmatch(page.partition("?")[0]) or page == "/"
        for link in links(leader, page)
    }

    assert {f"/targets/{pk}/" for pk in Target.objects.values_list("pk", flat=True)} <= near
    assert {f"/projects/{pk}/" for pk in Project.objects.counted().values_list("pk", flat=True)} <= near


def test_evidence_is_a_click_from_the_figure_that_it_proves(leader: Client) -> None:
    target = typed("growth")
    newest = target.indicator.readings.filter(state="approved", period__year=2022).order_by("-period")[0]

    page = said(leader, f"/targets/{target.pk}/")
    assert (f"/readings/{newest.pk}/evidence/" in page) == (newest.pk in with_evidence())
    proven = Reading.objects.filter(pk__in=with_evidence(), state="approved", period__year=2022).first()
    if proven is not None:
        owner = Target.objects.get(indicator=proven.indicator_id)
        assert f"/readings/{proven.pk}/evidence/" in links(leader, f"/targets/{owner.pk}/")
        assert said(leader, f"/readings/{proven.pk}/evidence/")


def with_evidence() -> set[int]:
    kind = ContentType.objects.get_for_model(Reading)
    return set(Evidence.objects.filter(content_type=kind).values_list("object_id", flat=True))


@pytest.mark.parametrize("rule", ["growth", "total", "share", "level", "decline", "milestones"])
def test_the_arithmetic_stands_with_its_rule_band_and_the_profiles_source(leader: Client, rule: str) -> None:
    target = Target.objects.filter(rule=rule, in_doubt=False).order_by("pk")[0]

    answer = leader.get(f"/targets/{target.pk}/")
    page = unescape(answer.content.decode())
    standing = answer.context["standing"]
    assert standing.sentence in page
    assert str(target.get_rule_display()) in page
    assert target.plan.profile.source in page
    if standing.progress.deviation is not None:
        assert "个百分点以内为偏慢" in page
    assert answer.context["steps"]
    assert sum(step.is_key for step in answer.context["steps"]) == 1


def test_the_quote_leads_to_its_place_in_the_whole_report_and_back(leader: Client) -> None:
    target = typed("growth")

    page = said(leader, f"/targets/{target.pk}/")
    document = said(leader, "/plans/taoyan-2022/document/")
    assert f'href="/plans/taoyan-2022/document/#t{target.pk}"' in page
    assert f'id="t{target.pk}"' in document
    assert f"/targets/{target.pk}/" in links(leader, "/plans/taoyan-2022/document/")
