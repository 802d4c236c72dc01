"""A work's book: what it adds up to, and nothing paid above the contract and its changes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common.errors import Forbidden
from projects import paying
from projects.models import Payment
from projects.tests.factories import Cast, make_project

pytestmark = pytest.mark.django_db
DAY = date(2022, 5, 1)


def enter(cast: Cast, kind: str, amount: str, source: str = "", **fields: Any) -> Payment:
    fields = {"project": cast.project, "day": DAY} | fields
    return paying.save_payment(cast.reporter, Payment(kind=kind, amount=Decimal(amount), source=source, **fields))


def refused(cast: Cast, kind: str, amount: str, **fields: Any) -> dict[str, list[ValidationError]]:
    count = Payment.objects.count()
    with pytest.raises(ValidationError) as error:
        enter(cast, kind, amount, **fields)
    assert Payment.objects.count() == count
    return error.value.error_dict


def test_the_book_adds_up_by_kind_and_source(cast: Cast) -> None:
    enter(cast, "budget", "640", "区财政")
    enter(cast, "budget", "512", "自筹")
    enter(cast, "received", "640", "区财政")
    enter(cast, "received", "384.5", "自筹")
    enter(cast, "contract", "1000")
    enter(cast, "change", "-50")
    enter(cast, "paid", "300.25")

    funds = paying.funds_of(Payment.objects.all())
    assert (funds.budget, funds.received, funds.paid, funds.contracted) == (
        *(Decimal(1152), Decimal("1024.5")),
        *(Decimal("300.25"), Decimal(950)),
    )
    assert [(s.name, s.waits) for s in funds.sources] == [("区财政", False), ("自筹", True)]


def test_a_payment_up_to_contract_and_changes_is_taken_one_above_is_not(cast: Cast) -> None:
    enter(cast, "contract", "100")
    enter(cast, "change", "20")
    enter(cast, "paid", "120")

    assert refused(cast, "paid", "0.0001")["amount"][0].code == "above_contract"


def test_without_a_contract_nothing_is_paid(cast: Cast) -> None:
    assert refused(cast, "paid", "1")["amount"][0].code == "no_contract"


def test_once_settled_no_more_than_the_settled_price_is_paid(cast: Cast) -> None:
    enter(cast, "contract", "100")
    enter(cast, "settled", "90")

    assert refused(cast, "paid", "91")["amount"][0].code == "above_contract"


def test_a_change_that_leaves_less_than_was_paid_is_refused(cast: Cast) -> None:
    enter(cast, "contract", "100")
    enter(cast, "paid", "80")

    assert refused(cast, "change", "-30")["amount"][0].code == "above_contract"


def test_a_contract_that_was_paid_on_is_not_deleted(cast: Cast) -> None:
    contract = enter(cast, "contract", "100")
    enter(cast, "paid", "80")

    with pytest.raises(ValidationError):
        paying.delete_payment(cast.reporter, contract)

    assert Payment.objects.count() == 2


def test_more_than_the_contract_is_not_retained(cast: Cast) -> None:
    enter(cast, "contract", "100")

    assert refused(cast, "retained", "101")["amount"][0].code == "above_contract"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"day": date(2022, 10, 13)}, "day"),
        ({"kind": "gift"}, "kind"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_field(cast: Cast, fields: Any, named: str) -> None:
    fields = {"kind": "budget", "amount": "1"} | fields

    assert named in refused(cast, fields.pop("kind"), fields.pop("amount"), **fields)


@pytest.mark.parametrize("who", ["other", "reviewer", "leader"])
def test_the_lead_office_and_planners_keep_the_book(cast: Cast, who: str) -> None:
    payment = enter(cast, "budget", "1")
    with pytest.raises(Forbidden):
        paying.save_payment(
            getattr(cast, who), Payment(project=cast.project, kind="budget", day=DAY, amount=Decimal(1))
        )
    with pytest.raises(Forbidden):
        paying.delete_payment(getattr(cast, who), payment)


def test_a_wrong_entry_is_taken_out(cast: Cast) -> None:
    paying.delete_payment(cast.planner, enter(cast, "budget", "1"))

    assert not Payment.objects.exists()


def test_an_entry_stays_with_its_work(cast: Cast) -> None:
    payment = enter(cast, "budget", "1")
    payment.project = make_project(cast.plan, "elsewhere")

    with pytest.raises(ValidationError):
        paying.save_payment(cast.planner, payment)


def test_an_empty_book_has_no_shares(cast: Cast) -> None:
    funds = paying.funds_of([])

    assert (funds.paid_share, funds.ceiling) == (None, None)
