"""A client that openapi-python-client generates from the schema pulls a plan, with nothing written by hand."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Role, Token
from common.tests.wsgi import inside_the_test
from goals.progress.recompute import recompute
from goals.tests.factories import make_indicator, make_plan, make_reading, make_target, make_unit, make_user
from goals.tests.pages.factories import JANUARY

pytestmark = [pytest.mark.thorough, pytest.mark.django_db]
NAME = "generated_portal_client"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package, imported."""
    folder = tmp_path_factory.mktemp("client")
    schema = SchemaGenerator().get_schema(request=None, public=True)
    (folder / "schema.json").write_text(json.dumps(schema, default=str))
    # It formats what it wrote by the tools beside this Python.
    (folder / "config.yml").write_text("post_hooks: []\n")
    generate = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none"]
    generate += ["--path", "schema.json", "--config", "config.yml", "--output-path", NAME]
    subprocess.run(generate, cwd=folder, check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    yield importlib.import_module(NAME)
    sys.path.remove(str(folder))


@pytest.fixture
def client(package: ModuleType) -> Iterator[Any]:
    """With a leader's read token, talking to the portal in this process."""
    reader = make_user("reader", Role.LEADER, unit=make_unit())
    key = Token.issue(reader, name="test", scope="read")[1]
    with inside_the_test():
        yield package.AuthenticatedClient(
            base_url="http://testserver",
            token=key,
            prefix="Token",
            httpx_args={"transport": httpx.WSGITransport(app=get_wsgi_application())},
        )


@pytest.fixture
def plan() -> Any:
    """Of three targets, one of them with figures."""
    plan = make_plan("taoyan-2022", state="adopted")
    targets = [make_target(plan, make_indicator(f"economy.firms_{n}", frequency="monthly")) for n in range(3)]
    make_reading(targets[0].indicator, JANUARY, 100)
    recompute([t.pk for t in targets])
    return plan


def operation(name: str) -> Any:
    return importlib.import_module(f"{NAME}.api.{name}")


def test_it_lists_all_targets_with_progress_page_by_page(client: Any, plan: Any) -> None:
    listing, found, page = operation("targets.targets_list"), [], 1
    while True:
        answer = listing.sync(client=client, plan="taoyan-2022", page=page, page_size=2)
        found += answer.results
        if not answer.next_:
            break
        page += 1

    assert page == 2
    assert answer.count == 3
    assert [target.code for target in found] == ["economy.firms_0", "economy.firms_1", "economy.firms_2"]
    assert [target.progress.status.value for target in found] == ["achieved", "no_data", "no_data"]
    assert (found[0].progress.actual, found[1].progress.actual) == (100, None)


def test_it_pulls_a_plans_summary(client: Any, plan: Any) -> None:
    summary = operation("plans.plans_summary_retrieve").sync("taoyan-2022", client=client)

    assert (summary.plan, summary.targets, summary.with_data) == ("taoyan-2022", 3, 1)
    assert (summary.counts.achieved, summary.counts.no_data) == (1, 2)


def test_it_reads_dates_and_numbers_as_such(client: Any, plan: Any) -> None:
    (reading,) = operation("readings.readings_list").sync(client=client).results

    assert (reading.period, reading.value, reading.state.value) == (JANUARY, 100, "approved")
    assert reading.updated_at.tzinfo is not None


def test_it_understands_an_error(client: Any, plan: Any) -> None:
    answer = operation("targets.targets_retrieve").sync_detailed(999_999, client=client)
    missing = operation("targets.targets_list").sync_detailed(client=client, page=9)

    assert (answer.status_code, answer.parsed.errors[0].code) == (404, "not_found")
    assert (missing.status_code, missing.parsed.errors[0].attr) == (400, "page")


def test_it_writes_nothing_with_a_read_token(client: Any, package: ModuleType) -> None:
    models = importlib.import_module(f"{NAME}.models")
    body = models.UnitRequest if hasattr(models, "UnitRequest") else models.Unit
    unit = body.from_dict(
        {"code": "x", "name": "x", "kind": "village", "version": 1, "updated_at": "2022-10-12T00:00:00Z"}
    )

    answer = operation("units.units_create").sync_detailed(client=client, body=unit)

    assert (answer.status_code, answer.parsed.errors[0].code) == (403, "permission_denied")
