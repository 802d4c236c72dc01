"""The pages that say what went wrong: in the design, in words, without asking the database."""

from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from common.errors import Conflict, Forbidden, StaleVersion
from common.middleware import RefusalMiddleware
from goals.tests.factories import make_user
from goals.tests.pages.factories import browser_of
from taoyan import errors

PAGES = ["400", "403", "404", "405", "409", "412", "413", "500", "csrf"]


@pytest.mark.parametrize("page", PAGES)
def test_each_says_why_whether_the_input_is_safe_and_what_to_do(page: str) -> None:
    text = render_to_string(f"{page}.html")

    for heading in ("原因", "填写的内容", "怎么办"):
        assert f"<dt>{heading}</dt><dd>" in text
    assert "<dd></dd>" not in text
    assert text.count("<h1>") == 1
    assert 'href="/"' in text


@pytest.mark.parametrize("page", PAGES)
def test_each_keeps_the_strict_policy(page: str) -> None:
    text = render_to_string(f"{page}.html")

    assert "style=" not in text and "<script" not in text and " on" + "click" not in text


@pytest.mark.django_db
def test_a_fault_asks_the_database_nothing(rf: RequestFactory) -> None:
    request: Any = rf.get("/")

    with CaptureQueriesContext(connection) as queries:
        answers = [errors.server_error(request), errors.bad_request(request, SuspiciousOperation("x"))]

    assert [a.status_code for a in answers] == [500, 400]
    assert len(queries) == 0


def test_a_fault_is_marked_in_the_demonstration_too(rf: RequestFactory, settings: Any) -> None:
    settings.DEMO = True
    request: Any = rf.get("/")

    assert "演示数据" in errors.server_error(request).content.decode()


@pytest.mark.parametrize("fault", [RequestDataTooBig("x"), TooManyFieldsSent("x")])
def test_what_is_too_much_is_413(rf: RequestFactory, fault: Exception) -> None:
    request: Any = rf.post("/")

    answer = errors.bad_request(request, fault)

    assert answer.status_code == 413
    assert "提交的内容过大" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_of_3_mb_is_413_in_words() -> None:
    answer = Client().post("/login/", "username=" + "a" * 3_000_000, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413
    assert "提交的内容过大" in answer.content.decode()


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (ValidationError("一定的原因"), 400),
        (Forbidden("一定的原因"), 403),
        (Conflict("一定的原因"), 409),
        (StaleVersion("一定的原因"), 412),
    ],
)
def test_a_refusal_becomes_its_page_with_the_reason(rf: RequestFactory, refusal: Exception, status: int) -> None:
    answer = RefusalMiddleware(lambda _request: HttpResponse()).process_exception(rf.post("/"), refusal)

    assert answer is not None
    assert answer.status_code == status
    assert "一定的原因" in answer.content.decode()


def test_a_method_that_is_not_allowed_gets_words_and_keeps_the_allowed_ones(rf: RequestFactory) -> None:
    answer = RefusalMiddleware(lambda _request: HttpResponseNotAllowed(["POST"]))(rf.get("/"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "不能这样打开" in answer.content.decode()


def test_a_script_gets_no_page_for_it(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/", headers={"hx-request": "true"})

    assert RefusalMiddleware(lambda _request: HttpResponseNotAllowed(["POST"]))(request).content == b""


@pytest.mark.django_db
def test_they_are_english_for_who_chose_english() -> None:
    client = browser_of(make_user("leader", Role.LEADER))
    client.post("/i18n/setlang/", {"language": "en"})

    assert '<html lang="en">' in client.get("/nowhere/").content.decode()


@pytest.mark.django_db
def test_too_many_cookies_are_refused_in_words() -> None:
    answer = Client().get("/login/", headers={"cookie": "x=" + "a" * 9_000})

    assert answer.status_code == 400
    assert "Cookie" in answer.content.decode()
