"""Every register of the section answers: its list, form, API and Excel template; and one whole way of a row."""

from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of
from goals.models import Progress
from goals.tests.factories import client_of, make_office, make_unit, make_user
from ledgers.registry import all_ledgers
from ledgers.tests.factories import TODAY, confirm, fed_target, keeper, kept_by, register
from safety.models import Accident
from safety.tests import factories
from safety.tests.factories import make_village, save

pytestmark = pytest.mark.django_db
MAKES = {"hazards": factories.hazard, "accidents": factories.accident, "equipment": factories.equipment}
MAKES |= {"shared-plants": factories.shared_plant, "disputes": factories.dispute}


def test_the_section_has_the_registers_that_officials_expect() -> None:
    assert [ledger.code for ledger in all_ledgers("safety")] == list(MAKES)


@pytest.mark.parametrize("code", MAKES)
def test_a_register_answers_on_every_way(code: str) -> None:
    ledger = register(code)
    kept_by(ledger)
    row = save(MAKES[code]())
    client = browser_of(keeper())

    pages = [client.get(ledger.address), client.get(ledger.address_of(row)), client.get(f"{ledger.address}excel/")]
    form = client.get(f"{ledger.address}new/")
    template = client.get(f"{ledger.address}excel/?template=1")
    answer = client_of(make_user("leader", Role.LEADER, unit=make_unit()), scope="read").get(f"/api/v1/safety/{code}/")

    assert [page.status_code for page in pages] == [200] * 3
    assert str(row) in pages[0].content.decode()
    assert form.status_code == (403 if ledger.import_only else 200)
    assert template.content.startswith(b"PK")
    assert answer.json()["results"][0][ledger.title] == str(row)


@pytest.mark.parametrize("code", MAKES)
def test_every_column_and_field_of_a_register_has_a_heading(code: str) -> None:
    ledger = register(code)

    headings = [ledger.heading(name) for name in (*ledger.all_fields, *ledger.columns)]

    assert all(headings)
    assert len(dict.fromkeys(ledger.all_fields)) == len(ledger.all_fields)


FORM = {"day": "2022-09-05", "what": "机械伤害", "kind": "industry", "grade": "general", "deaths": "1", "severe": "0"}
FORM |= {"slight": "0", "in_statistics": "yes", "recognised_by": "区应急局", "source_system": "own"}


def test_an_accident_changes_the_target_that_it_feeds_and_voiding_it_changes_it_back(
    django_capture_on_commit_callbacks: Any,
) -> None:
    ledger, office = register(), make_office("safety_office")
    kept_by(ledger, office)
    target = fed_target("safety.fatalities", lead_office=office)
    confirm(ledger, TODAY)
    client = browser_of(keeper(office))

    def stored() -> str:
        return str(Progress.objects.get(target=target, slot=0).status)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{ledger.address}new/", FORM | {"unit": make_village().pk})
    row = Accident.objects.get()
    after, shown = stored(), client.get(f"/targets/{target.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{ledger.address_of(row)}void/", {"reason": "登记有误", "version": row.version})

    assert after == "behind"
    assert "机械伤害" in shown and ledger.address_of(row) in shown
    assert stored() == "on_track"
    assert "机械伤害" not in client.get(f"/targets/{target.pk}/").content.decode()
