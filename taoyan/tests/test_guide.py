"""接口: for whom it is, that it tells of every resource, and that everything it offers to copy works."""

import contextlib
import io
import os
import shlex
import time
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from accounts.models import Role, Token
from goals.models import Section
from goals.progress.recompute import recompute
from goals.tests.factories import make_target, make_unit, make_user
from goals.webhooks.secrets import signature
from ledgers.registry import all_ledgers
from taoyan import snippets
from taoyan.api import router
from taoyan.guide import registers, resources


def browser_of(*roles: str) -> Client:
    browser = Client()
    browser.force_login(make_user("reader", *roles, unit=make_unit()))
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER])
def test_it_is_for_whoever_the_api_has_something_for(role: str) -> None:
    answer = browser_of(role).get("/developers/")

    said = answer.content.decode()
    assert all(f"/api/v1/{prefix}/" in said for prefix, _view, _name in router.registry)
    assert "http://testserver/api/v1/targets/" in said


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_it_is_not_for_who_sees_no_figures(role: str) -> None:
    assert browser_of(role).get("/developers/").status_code == 403


@pytest.mark.django_db
def test_it_asks_for_a_login() -> None:
    assert Client().get("/developers/").status_code == 302


@pytest.mark.django_db
def test_help_and_the_side_bar_lead_to_it() -> None:
    assert browser_of(Role.LEADER).get("/help/").content.decode().count('href="/developers/"') == 2


@pytest.mark.django_db
def test_it_leads_to_the_page_of_tokens_where_there_is_one() -> None:
    said = browser_of(Role.LEADER).get("/developers/").content.decode()

    try:
        assert f'href="{reverse("tokens")}"' in said
    except NoReverseMatch:
        assert "向系统管理员要一个令牌" in said


def test_every_resource_has_a_name_in_both_languages_and_what_may_be_done_with_it() -> None:
    with translation.override("zh-hans"):
        chinese = resources()
    with translation.override("en"):
        english = resources()

    assert len(chinese) == len(router.registry)
    assert all(each.name and "GET" in each.methods for each in chinese)
    by_path = {each.path: each for each in chinese}
    assert "lead_office" in by_path["/api/v1/targets/"].filters
    assert by_path["/api/v1/readings/"].methods == ("GET", "POST", "PUT", "PATCH", "DELETE")
    assert by_path["/api/v1/inspections/"].methods == ("GET", "POST", "PUT", "PATCH")
    assert [each.path for each in english] == [each.path for each in chinese]


@pytest.mark.django_db
def test_registers_stand_by_section_with_the_filters_of_their_own() -> None:
    make_target()
    Section.objects.update(code="safety", name="平安建设")

    groups = registers({"safety": "平安建设"}, resources())
    said = browser_of(Role.LEADER).get("/developers/").content.decode()

    hazards = next(each for each in groups[0].resources if each.path == "/api/v1/safety/hazards/")
    assert (groups[0].section, hazards.filters) == ("平安建设", ("area", "grade", "source", "on_the_spot", "stage"))
    assert sum(len(each.resources) for each in groups) == len(list(all_ledgers()))
    assert said.index("平安建设<span") < said.index("/api/v1/safety/hazards/") < said.index("/api/v1/economy/")
    assert said.count("<code>day_after</code>") == 1


def key_of_a_reader() -> str:
    """Of a read token; there is one target, without figures."""
    recompute([make_target().pk])
    return Token.issue(make_user("reader", Role.LEADER, unit=make_unit()), name="test", scope="read")[1]


def printed(code: str, key: str) -> str:
    said = io.StringIO()
    with patch.dict(os.environ, {"TOKEN": key}), contextlib.redirect_stdout(said):
        exec(code, {"__name__": "__main__"})
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_python_example_pulls_every_target(live_server: Any) -> None:
    key = key_of_a_reader()
    code = snippets.Example("Python", "", snippets.PYTHON).text(live_server.url)

    assert printed(code, key) == "indicator indicator no_data None\n"


@pytest.mark.django_db
def test_the_curl_example_is_answered() -> None:
    words = shlex.split(snippets.CURL.replace("\\\n", "").replace("$TOKEN", key_of_a_reader()))
    header, url = words[2], words[3]

    answer = Client().get(
        url.removeprefix(snippets.PORTAL), headers={"Authorization": header.removeprefix("Authorization: ")}
    )

    assert words[:2] == ["curl", "-H"]
    assert (answer.status_code, answer.json()["count"]) == (200, 0)


@pytest.mark.django_db
def test_the_excel_example_asks_for_the_csv_of_a_list() -> None:
    path = snippets.EXCEL.partition(snippets.PORTAL)[2].partition('"')[0]

    answer = Client().get(path, headers={"Authorization": f"Token {key_of_a_reader()}"})

    assert (path, answer.status_code) == ("/api/v1/targets/?format=csv", 200)
    # Lists are JSON alone as long as no view writes csv.
    if answer["Content-Type"].startswith("text/csv"):
        rows = b"".join(answer)  # type: ignore[arg-type]
        assert rows.startswith("\ufeff".encode())
        assert b"code" in rows.splitlines()[0]


def test_the_receivers_example_knows_what_the_portal_signed() -> None:
    room: dict[str, Any] = {}
    exec(snippets.RECEIVE, room)
    stamp = str(int(time.time()))
    headers = {"X-Taoyan-Timestamp": stamp, "X-Taoyan-Signature": signature("secret", stamp, b"{}")}
    old = {"X-Taoyan-Timestamp": "1", "X-Taoyan-Signature": signature("secret", "1", b"{}")}

    assert room["is_genuine"]("secret", headers, b"{}")
    assert not room["is_genuine"]("secret", headers, b"{ }")
    assert not room["is_genuine"]("other", headers, b"{}")
    assert not room["is_genuine"]("secret", old, b"{}")
