"""What is answered where no view answers."""

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory

from taoyan import errors

pytestmark = pytest.mark.django_db


def test_an_address_that_the_api_lacks_is_answered_in_its_own_shape() -> None:
    answer = Client().get("/api/v1/nothing/here/", headers={"accept-language": "en"})

    assert answer.status_code == 404
    error = {"code": "not_found", "detail": "Not found.", "attr": None}
    assert answer.json() == {"type": "client_error", "errors": [error]}


def test_an_address_without_its_slash_is_led_to_the_one_with(client: Client) -> None:
    assert client.get("/api/v1/targets")["Location"] == "/api/v1/targets/"


def test_a_page_that_there_is_not_is_a_page(rf: RequestFactory) -> None:
    assert "text/html" in Client().get("/nothing/here/")["Content-Type"]


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/targets/", "application/json"), ("/plans/", "text/html")])
def test_a_fault_and_a_suspicious_request_are_answered_in_the_shape_of_their_address(
    rf: RequestFactory, path: str, kind: str
) -> None:
    request: Any = rf.get(path)

    answers = [errors.server_error(request), errors.bad_request(request, SuspiciousOperation("x"))]

    assert [a.status_code for a in answers] == [500, 400]
    assert all(kind in a["Content-Type"] for a in answers)
