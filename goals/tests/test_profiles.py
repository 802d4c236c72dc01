"""预警方案: bands without gap or overlap, editions, and the profile of a draft; in service and pages."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals import profiles
from goals.models import Plan, WarningProfile
from goals.models.progress import Mark
from goals.profiles import BandRow, bands_of, rows_of
from goals.progress import Bands
from goals.tests.factories import make_plan, make_unit, make_user
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    Plan.objects.update(state=Plan.State.DRAFT)
    cast.plan.refresh_from_db()
    return cast


@pytest.fixture
def default() -> WarningProfile:
    return WarningProfile.objects.get()


def band(risk_from: str | None, risk_to: str | None, behind_from: str | None, share: str | None = None) -> BandRow:
    return BandRow(*(None if text is None else Decimal(text) for text in (risk_from, risk_to, behind_from, share)))


def test_bands_go_out_and_come_back_the_same(default: WarningProfile) -> None:
    assert Bands.from_json(bands_of(rows_of(default))) == Bands.from_json(default.bands)


def test_a_band_is_as_wide_as_written(default: WarningProfile) -> None:
    rows = rows_of(default) | {"growth": band("0", "2.5", "2.5", "15")}

    assert bands_of(rows)["growth"] == {"points": "2.5", "share_of_goal": "15"}


@pytest.mark.parametrize(
    ("row", "place", "code", "said"),
    [
        (band("0", "2", "3"), "behind_from", "gap", "增速：“进度偏慢”与“落后”之间有空档（2 至 3 个百分点）。"),
        (band("1", "2", "2"), "risk_from", "gap", "增速：“序时正常”与“进度偏慢”之间有空档（0 至 1 个百分点）。"),
        (band("0", "5", "3"), "behind_from", "overlap", "增速：“进度偏慢”与“落后”在 3 至 5 个百分点重叠。"),
        (band("-1", "2", "2"), "risk_from", "out_of_range", "增速：应在 0 至 1000 之间。"),
        (band("0", "2", "1001"), "behind_from", "out_of_range", "增速：应在 0 至 1000 之间。"),
        (band("0", "2", "2", "-1"), "share_of_goal", "out_of_range", "增速：应在 0 至 1000 之间。"),
        (band("0", None, "2"), "risk_to", "gap", "增速：这里没有填写，区间有空档。"),
        (band("0", "2", None), "behind_from", "gap", "增速：这里没有填写，区间有空档。"),
    ],
    ids=["gap", "gap at 0", "overlap", "negative", "too wide", "negative share", "no end", "no beginning"],
)
def test_what_does_not_fit_together_is_named_by_rule_and_place(
    default: WarningProfile, row: BandRow, place: str, code: str, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        bands_of(rows_of(default) | {"growth": row})

    found = {name: errors[0] for name, errors in refused.value.error_dict.items()}
    assert {name: error.code for name, error in found.items()} == {f"growth.{place}": code}
    assert found[f"growth.{place}"].message == said


def test_a_band_that_ends_before_it_begins_is_named(default: WarningProfile) -> None:
    with pytest.raises(ValidationError) as refused:
        bands_of(rows_of(default) | {"share": band("3", "2", "2")})

    assert set(refused.value.error_dict) == {"share.risk_from", "share.risk_to"}


def test_a_rule_left_out_is_a_gap(default: WarningProfile) -> None:
    rows = rows_of(default)
    del rows["milestones"]

    with pytest.raises(ValidationError) as refused:
        bands_of(rows)

    assert set(refused.value.error_dict) == {f"milestones.{p}" for p in ("risk_from", "risk_to", "behind_from")}


def test_a_new_edition_leaves_the_old_as_it_is(cast: Cast, default: WarningProfile) -> None:
    rows = rows_of(default) | {"total": band("0", "5", "5")}

    made = profiles.new_edition(cast.planner, default, rows, "陶街〔2022〕3号")

    default.refresh_from_db()
    assert (str(made), made.bands["total"]) == ("default@2", {"points": "5"})
    assert default.bands["total"] == {"points": "10"}
    assert profiles.new_edition(cast.planner, default, rows, "陶街〔2022〕4号").edition == 3
    assert Event.objects.filter(record="warningprofile", action="save").count() == 2


def test_a_draft_is_judged_by_another_profile_from_now_on(cast: Cast, default: WarningProfile) -> None:
    made = profiles.new_edition(cast.planner, default, rows_of(default), "文件")

    profiles.choose(cast.planner, cast.plan, made)

    assert Plan.objects.get().profile == made
    assert Mark.objects.filter(target=cast.target).exists()


@pytest.mark.parametrize("state", [Plan.State.ADOPTED, Plan.State.CLOSED])
def test_an_adopted_plan_keeps_its_profile(cast: Cast, default: WarningProfile, state: str) -> None:
    made = profiles.new_edition(cast.planner, default, rows_of(default), "文件")
    Plan.objects.update(state=state)

    with pytest.raises(Conflict):
        profiles.choose(cast.planner, cast.plan, made)
    assert Plan.objects.get().profile == default


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_keep_profiles(cast: Cast, default: WarningProfile, who: str) -> None:
    user = getattr(cast, who)
    browser = browser_of(user)

    with pytest.raises(Forbidden):
        profiles.new_edition(user, default, rows_of(default), "文件")
    with pytest.raises(Forbidden):
        profiles.choose(user, cast.plan, default)
    assert browser.get("/profiles/").status_code == 403
    assert browser.get(f"/profiles/{default.pk}/new/").status_code == 403
    assert browser.post("/planner/taoyan-2022/profile/", {"profile": default.pk}).status_code == 403


def test_a_planner_of_another_subdistrict_chooses_nothing_here(cast: Cast, default: WarningProfile) -> None:
    browser = browser_of(make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng")))

    assert browser.post("/planner/taoyan-2022/profile/", {"profile": default.pk}).status_code == 404
    assert Client().get("/profiles/")["Location"].startswith("/login/")


def sent(browser: Client, profile: WarningProfile, **changes: str) -> Any:
    shown = browser.get(f"/profiles/{profile.pk}/new/").context["form"]
    data = {field.html_name: "" if field.value() is None else field.value() for field in shown}
    fields = {name.replace("__", "."): value for name, value in changes.items()}
    return browser.post(f"/profiles/{profile.pk}/new/", data | {"source": "陶街〔2022〕3号"} | fields)


def test_the_form_begins_with_the_old_bands_and_makes_an_edition(cast: Cast, default: WarningProfile) -> None:
    answer = sent(browser_of(cast.planner), default, total__risk_to="8", total__behind_from="8")

    made = WarningProfile.objects.latest("edition")
    assert answer.status_code == 302
    assert made.bands == default.bands | {"total": {"points": "8"}}
    page = browser_of(cast.planner).get("/profiles/").content.decode()
    assert "陶街〔2022〕3号" in page
    assert "落后不超过 8 个百分点" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("growth__behind_from", "3", "增速：“进度偏慢”与“落后”之间有空档"),
        ("growth__behind_from", "1", "增速：“进度偏慢”与“落后”在 1 至 2 个百分点重叠"),
        ("level__risk_from", "", "水平：这里没有填写"),
        ("share__risk_to", "1e5", "不是数字"),
        ("milestones__share_of_goal", "NaN", "不是数字"),
        ("source", "", ""),
        ("source", "a\u202eb", "不可见的控制字符"),
    ],
)
def test_a_wrong_band_is_refused_at_its_place(
    cast: Cast, default: WarningProfile, field: str, value: str, said: str
) -> None:
    answer = sent(browser_of(cast.planner), default, **{field: value})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert field.replace("__", ".") in answer.context["form"].errors
    assert WarningProfile.objects.count() == 1


def test_a_drafts_profile_is_chosen_on_its_page(cast: Cast, default: WarningProfile) -> None:
    made = profiles.new_edition(cast.planner, default, rows_of(default), "文件")
    browser = browser_of(cast.planner)
    assert "default@2" in browser.get("/planner/taoyan-2022/").content.decode()

    answer = browser.post("/planner/taoyan-2022/profile/", {"profile": str(made.pk)}, follow=True)

    assert "已更换预警方案" in answer.content.decode()
    assert Plan.objects.get().profile == made


@pytest.mark.parametrize("raw", ["", "0", "x", "999999"])
def test_a_profile_that_is_none_is_not_chosen(cast: Cast, default: WarningProfile, raw: str) -> None:
    answer = browser_of(cast.planner).post("/planner/taoyan-2022/profile/", {"profile": raw}, follow=True)

    assert "没有这个预警方案" in answer.content.decode()
    assert Plan.objects.get().profile == default


def test_an_adopted_plans_page_refuses_another_profile(cast: Cast, default: WarningProfile) -> None:
    Plan.objects.update(state=Plan.State.ADOPTED)

    answer = browser_of(cast.planner).post("/planner/taoyan-2022/profile/", {"profile": default.pk}, follow=True)

    assert "只有草案可以更换预警方案" in answer.content.decode()


def test_plans_of_other_subdistricts_are_not_named(cast: Cast) -> None:
    browser = browser_of(make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng")))

    assert "taoyan-2022" not in browser.get("/profiles/").content.decode()
    assert "taoyan-2022" in browser_of(cast.planner).get("/profiles/").content.decode()


def test_the_list_asks_no_more_for_more_editions(cast: Cast, default: WarningProfile) -> None:
    browser = browser_of(cast.planner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/profiles/")
        return len(captured)

    few = count()
    for number in range(10):
        made = profiles.new_edition(cast.planner, default, rows_of(default), f"文件 {number}")
        plan = make_plan(f"plan-{number}", year=2030 + number)
        plan.profile = made
        plan.save()

    assert count() == few
