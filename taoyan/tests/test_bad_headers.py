"""`headers_and_paths` of bad-inputs.yaml: what no browser of the portal sends."""

import logging

import pytest
from django.test import Client
from django.test.utils import override_settings

from accounts.models import Role
from common.logs import OneLine
from goals.tests.factories import make_user

pytestmark = pytest.mark.django_db


def logged_in(role: str = Role.LEADER) -> Client:
    client = Client()
    client.force_login(make_user("someone", role))
    return client


def test_hd_01_a_foreign_host_is_refused() -> None:
    assert Client().get("/login/", headers={"host": "evil.example"}).status_code == 400


def test_hd_02_a_forwarded_host_is_ignored() -> None:
    answer = logged_in().get("/api/v1/units/", headers={"x-forwarded-host": "evil.example"})

    assert "evil.example" not in answer.content.decode()


@override_settings(SECURE_SSL_REDIRECT=True)
def test_hd_03_a_forwarded_protocol_is_ignored() -> None:
    answer = Client().get("/login/", headers={"x-forwarded-proto": "https"})

    assert answer.status_code == 301


def test_hd_05_trace_is_not_allowed() -> None:
    assert Client().trace("/").status_code == 405


@pytest.mark.parametrize("path", ["/static/../settings.py", "/media/%2e%2e/%2e%2e/etc/passwd", "/.git/config"])
def test_hd_06_to_08_files_are_not_served(path: str) -> None:
    assert logged_in().get(path).status_code == 404


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.PLANNER])
def test_hd_09_the_admin_is_closed_to_offices(role: str) -> None:
    assert logged_in(role).get("/admin/accounts/user/").status_code in (302, 403)


def test_hd_09_the_admin_is_closed_to_visitors() -> None:
    answer = Client().get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/login/")


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_hd_10_the_schema_needs_a_login_in_production(path: str) -> None:
    assert Client().get(path).status_code == 401
    assert logged_in().get(path).status_code == 200


def test_hd_11_an_oversized_cookie_is_refused() -> None:
    assert Client().get("/login/", headers={"cookie": "x=" + "a" * 16_384}).status_code == 400


def test_hd_12_whatever_is_logged_stays_one_line_and_is_cut() -> None:
    hostile = "Mozilla\r\n2026-01-01 INFO login ok\x1b[2J" + "a" * 8_192
    record = logging.LogRecord("x", logging.INFO, "f", 1, "agent %s", (hostile,), None)

    line = OneLine("%(message)s").format(record)

    assert "\n" not in line and "\x1b" not in line
    assert len(line) < 2_100


def test_hd_12_personal_numbers_are_masked_in_logs() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "110101199003078888 13800138000", (), None)

    assert OneLine("%(message)s").format(record) == "110101***********8 138******00"


def test_hd_13_five_hundred_ranges_are_no_burden() -> None:
    ranges = ",".join(f"{n}-{n}" for n in range(500))

    assert Client().get("/static/app.css", headers={"range": f"bytes={ranges}"}).status_code in (200, 206, 404, 416)


def test_hd_14_no_other_origin_is_let_in() -> None:
    answer = logged_in().get("/api/v1/units/", headers={"origin": "null"})

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/login/", "/api/v1/units/", "/nowhere/"])
def test_hd_15_no_page_is_framed(path: str) -> None:
    assert "frame-ancestors 'none'" in logged_in().get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nowhere/", "/targets/999/", "/plans/none/", "/api/v1/targets/999/"])
def test_an_error_tells_nothing_of_the_inside(path: str) -> None:
    page = logged_in().get(path).content.decode()

    assert not any(word in page for word in ("Traceback", "SELECT", "settings", "/site-packages/"))


def test_a_form_from_elsewhere_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/login/", {"username": "a", "password": "b"})

    assert answer.status_code == 403
    assert "表单已过期" in answer.content.decode()
    assert "style=" not in answer.content.decode()
