"""What proves a milestone: attached by its office while it is open, seen by who sees the work."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import Role
from goals import evidence
from goals.models import Evidence
from goals.tests.evidence.files import PDF, upload
from goals.tests.factories import make_unit, make_user
from projects import milestones
from projects.tests.factories import Cast
from projects.tests.pages import browser, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings: SettingsWrapper, tmp_path: Any) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def address(cast: Cast) -> str:
    return f"/milestones/{cast.project.milestones.get().pk}/files/"


def send(client: Client, cast: Cast) -> Any:
    return client.post(address(cast), {"file": upload("图纸.pdf", PDF)})


def test_the_office_attaches_and_everybody_who_sees_the_work_reads(
    cast: Cast, reporter: Client, leader: Client
) -> None:
    assert send(reporter, cast).status_code == 302

    assert "图纸.pdf" in text(leader, address(cast))
    assert leader.get(f"/evidence/{Evidence.objects.get().pk}/").status_code == 200


@pytest.mark.parametrize("who", ["other", "reviewer", "leader", "planner"])
def test_others_attach_nothing(cast: Cast, who: str) -> None:
    assert send(browser(getattr(cast, who)), cast).status_code == 403
    assert not Evidence.objects.exists()


def test_who_does_not_see_the_work_does_not_get_the_file(cast: Cast, reporter: Client) -> None:
    send(reporter, cast)
    far = browser(make_user("far", Role.LEADER, unit=make_unit("elsewhere")))

    assert far.get(f"/evidence/{Evidence.objects.get().pk}/").status_code == 404


def test_once_reported_done_it_stays_as_it_is(cast: Cast, reporter: Client) -> None:
    send(reporter, cast)
    milestones.report_done(cast.reporter, cast.project.milestones.get(), date(2022, 9, 1))

    assert send(reporter, cast).status_code == 409
    reporter.post(f"/evidence/{Evidence.objects.get().pk}/remove/")
    assert Evidence.objects.count() == 1


def test_what_is_no_file_is_refused_on_the_page(cast: Cast, reporter: Client) -> None:
    answer = reporter.post(address(cast), {})

    assert answer.status_code == 400 and "请选择要上传的文件" in answer.content.decode()


def test_it_is_listed_with_its_milestone(cast: Cast, reporter: Client) -> None:
    send(reporter, cast)
    only = cast.project.milestones.get()

    assert [each.name for each in evidence.of([only])[only.pk]] == ["图纸.pdf"]
