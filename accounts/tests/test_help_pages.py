"""Help: a page for each role, for everybody who has logged in."""

import pytest
from django.test import Client

from accounts.manual import GUIDES, TERMS
from accounts.models import Role
from accounts.tests.factories import browser_of, make_holder, make_post
from goals.tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_page_and_starts_with_it(role: str) -> None:
    browser = browser_of(make_user("someone", role, unit=make_unit()))

    page = browser.get("/help/")

    assert page.context["guide"].role == role
    assert str(Role(role).label) in page.content.decode()


def test_what_a_post_brings_counts_too() -> None:
    user = make_user("someone")
    make_holder(make_post(role=Role.REVIEWER), user)

    assert browser_of(user).get("/help/").context["guide"].role == Role.REVIEWER


def test_who_has_no_role_may_read_it() -> None:
    assert browser_of(make_user("someone")).get("/help/").status_code == 200


def test_it_explains_the_terms() -> None:
    page = browser_of(make_user("someone")).get("/help/leader/").content.decode()

    assert all(term in page for term in ("序时进度", "完成率", "牵头单位", "台账", "督办"))
    assert len(TERMS) == 5


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.role)
def test_the_own_steps_lead_to_pages_that_open(guide: object) -> None:
    role = guide.role  # type: ignore[attr-defined]
    browser = browser_of(make_user("someone", role, unit=make_unit()))
    page = browser.get(f"/help/{role}/").content.decode()
    links = {part.split('"')[0] for part in page.split('class="lk" href="')[1:]}

    assert {browser.get(link).status_code for link in links} <= {200}
    assert bool(links) == any(step.page for step in guide.steps)  # type: ignore[attr-defined]


def test_another_roles_steps_are_told_without_links_that_would_refuse() -> None:
    page = browser_of(make_user("someone", Role.LEADER)).get("/help/auditor/").content.decode()

    assert "/audit/" not in page


@pytest.mark.parametrize("role", ["king", "leader%00", "领导"])
def test_what_is_no_role_is_not_found(role: str) -> None:
    assert browser_of(make_user("someone")).get(f"/help/{role}/").status_code == 404


def test_a_visitor_is_sent_to_the_login() -> None:
    assert Client().get("/help/").headers["Location"].startswith("/login/")
