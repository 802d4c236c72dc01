"""Every number of the demonstration's bulletins is the API's: its answers are walked and set as the papers set them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import User
from dashboard.bulletin import pdf, sheet, word
from dashboard.bulletin.facts import facts_of
from dashboard.tests.bulletin.factories import rows_of_sheet, tables_of_word, text_of_pdf, text_of_word
from goals.models import Plan
from goals.progress.recompute import renew
from goals.tests.factories import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
TODAY = date(2022, 10, 12)
MONTHS = {9: (date(2022, 9, 30), date(2022, 8, 31)), 10: (TODAY, date(2022, 9, 30))}
STATUSES = ("achieved", "on_track", "at_risk", "behind", "missed", "no_data")
ON_PACE = {"achieved": "是", "on_track": "是", "at_risk": "否", "behind": "否", "missed": "否", "no_data": "无数据"}
NO_DATA = "无数据"


def shown(value: Any, places: int = 2) -> str:
    """A number of the API as the papers print it."""
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{number:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def signed(value: Any) -> str:
    text = shown(value, 1)
    return text if text == "0" or text.startswith("−") else f"+{text}"


def share(value: Any) -> str:
    return NO_DATA if value is None else f"{shown(value, 1)}%"


@dataclass
class Month:
    """A month's files, and what the API says of its day and of the month's end before."""

    month: int
    as_of: date
    files: dict[str, bytes]
    summary: dict[str, Any]
    targets: dict[str, dict[str, Any]]
    earlier: dict[str, dict[str, Any]]
    projects: dict[str, dict[str, Any]]
    earlier_projects: dict[str, dict[str, Any]]
    terms: dict[str, dict[str, Any]]
    milestones: dict[int, list[dict[str, Any]]]
    offices: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)

    def table(self, number: int) -> list[list[str]]:
        return tables_of_word(self.files["docx"])[number][1:]


def all_of(client: APIClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    found: list[dict[str, Any]] = []
    address: str | None = f"/api/v1/{path}/"
    asked = {"page_size": 500, **asked}
    while address:
        answer = client.get(address, asked)
        assert answer.status_code == 200, answer.content
        found += answer.json()["results"]
        address, asked = answer.json()["next"], {}
    return found


def walked(client: APIClient, month: int) -> Month:
    as_of, before = MONTHS[month]
    plan = Plan.objects.select_related("unit", "profile").get(slug="taoyan-2022")
    told = facts_of(plan, month, as_of, TODAY, 1)
    of_plan = {"plan": plan.slug}

    def by_name(path: str, day: date) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in all_of(client, path, **of_plan, as_of=day.isoformat())}

    targets = by_name("targets", as_of)
    terms = {
        name: client.get(f"/api/v1/targets/{each['id']}/explanation/", {"as_of": as_of.isoformat()}).json()["terms"]
        for name, each in targets.items()
    }
    milestones: dict[int, list[dict[str, Any]]] = {}
    for each in all_of(client, "milestones"):
        milestones.setdefault(each["project"], []).append(each)
    return Month(
        month=month,
        as_of=as_of,
        files={
            "docx": word.written(word.OWN_TEMPLATE.read_bytes(), told),
            "pdf": pdf.written(told),
            "xlsx": sheet.written(told),
        },
        summary=client.get(f"/api/v1/plans/{plan.slug}/summary/", {"as_of": as_of.isoformat()}).json(),
        targets=targets,
        earlier=by_name("targets", before),
        projects=by_name("projects", as_of),
        earlier_projects=by_name("projects", before),
        terms=terms,
        milestones=milestones,
        offices={each["code"]: each["name"] for each in all_of(client, "units")},
        facts=told,
    )


@pytest.fixture(scope="module")
def months(stage: None) -> Iterator[dict[int, Month]]:
    with override_settings(DEMO=True):
        call_command("load_demo", stdout=StringIO())
        renew()
        client = client_of(User.objects.get(username="leader"), scope="read")
        yield {month: walked(client, month) for month in MONTHS}


@pytest.fixture(params=list(MONTHS), ids=["september", "october"])
def found(months: dict[int, Month], request: pytest.FixtureRequest) -> Month:
    return months[request.param]


def test_the_whole_plan_is_the_summarys(found: Month) -> None:
    text, summary = text_of_word(found.files["docx"]), found.summary
    gap = Decimal(str(summary["completion"])) - Decimal(str(summary["expected_completion"]))

    assert f"全年计划{summary['targets']}项指标" in text
    for status, name in zip(STATUSES, ("已完成", "序时正常", "进度偏慢", "落后", "未完成", "无数据"), strict=True):
        assert (f"{name}{summary['counts'][status]}项" in text) is bool(summary["counts"][status])
    whole = f"综合完成率{share(summary['completion'])}，序时应到{share(summary['expected_completion'])}"
    assert f"{whole}，落后序时{shown(abs(gap), 1)}个百分点" in text


def test_every_economic_indicator_is_its_targets(found: Month) -> None:
    economy = [each for each in found.targets.values() if each["section"] == "economy"]
    rows = {row[1]: row for row in found.table(0)}

    assert len(rows) == len(economy) == 14
    for target in economy:
        _number, name, _through, value, growth, goal, deviation, _status = rows[target["name"]]
        progress, terms, unit = target["progress"], found.terms[name], target["unit_of_measure"]
        assert deviation == (NO_DATA if progress["deviation"] is None else signed(progress["deviation"]))
        assert goal == f"≥{shown(target['goal'])}{'%' if target['rule'] == 'growth' else unit}"
        if target["rule"] == "growth":
            assert (value, growth) == ("—", f"{signed(progress['actual'])}%")
        else:
            assert value == f"{shown(terms['ytd'])}{unit}"
            base = Decimal(str(terms["last_ytd"]))
            changed = 100 * (Decimal(str(terms["ytd"])) / base - 1) if base > 0 else None
            assert growth == (NO_DATA if changed is None else f"{signed(changed)}%")


def counted(counts: dict[str, int]) -> list[str]:
    return [str(sum(counts.values())), *(str(counts[status]) for status in STATUSES)]


def test_the_counts_by_section_are_the_summarys(found: Month) -> None:
    rows = {row[0]: row[1:] for row in found.table(1)}

    for section in found.summary["sections"]:
        completion, pace = section["completion"], section["expected_completion"]
        shares = ["—", "—"] if completion is None else [share(completion), share(pace)]
        assert rows[section["name"]] == [*counted(section["counts"]), *shares]
    whole = found.summary
    assert rows["合计"] == [
        *(str(whole["targets"]), *counted(whole["counts"])[1:]),
        *(share(whole["completion"]), share(whole["expected_completion"])),
    ]


def test_the_ten_are_their_projects(found: Month) -> None:
    rows = found.table(2)

    assert len(rows) == 10
    by_office = {each["name"]: each for each in found.projects.values()}
    for fact, row in zip(found.facts["ten"]["rows"], rows, strict=True):
        assert row[3] == fact["steps"]
    done = sorted(row[4] for row in rows)
    progress = [each["progress"] for each in by_office.values() if each["progress"]]
    assert set(done) <= {share(each["attainment"]) for each in progress}
    assert {row[5] for row in rows} <= {share(each["expected"]) for each in progress}


def test_the_projects_are_counted_as_the_api_counts_them(found: Month) -> None:
    rows = {row[0]: row[1:] for row in found.table(3)}
    whole = found.summary["projects"]

    shares = [share(whole["completion"]), share(whole["expected_completion"])]
    assert rows["合计"] == [*counted(whole["counts"]), *shares]
    names = {each["code"]: each["name"] for each in found.summary["sections"]}
    for code, name in names.items():
        own = [p["progress"]["status"] for p in found.projects.values() if p["section"] == code and p["progress"]]
        assert rows[name][:7] == counted({status: own.count(status) for status in STATUSES})


def late_of(found: Month) -> dict[str, dict[str, Any]]:
    things = [*found.targets.values(), *found.projects.values()]
    return {t["name"]: t for t in things if t["progress"] and t["progress"]["status"] in ("behind", "missed")}


def test_everything_behind_is_listed_with_its_office_and_its_figures(found: Month) -> None:
    late, rows = late_of(found), {row[1]: row for row in found.table(4)}

    assert set(rows) == set(late)
    for name, row in rows.items():
        thing, progress = late[name], late[name]["progress"]
        assert row[2] == found.offices[thing["lead_office"]]
        if "rule" not in thing:
            assert row[4] == f"{share(progress['attainment'])} / 应到{share(progress['expected'])}"
        elif thing["rule"] in ("total", "growth"):
            unit = "%" if thing["rule"] == "growth" else thing["unit_of_measure"]
            actual = share(progress["actual"]) if unit == "%" else f"{shown(progress['actual'])}{unit}"
            assert row[4] == f"{actual} / ≥{shown(thing['goal'])}{unit}"
            size = f"{shown(abs(progress['gap']))}{'个百分点' if unit == '%' else unit}"
            assert row[5].startswith(("低于目标" if unit == "%" else "比序时少") + size)
            if progress["catch_up"] is not None and thing["rule"] == "total":
                assert f"余下每期须完成{shown(progress['catch_up'])}{unit}" in row[5]


def test_an_overdue_milestone_is_as_many_days_late_as_the_api_lets_one_count(found: Month) -> None:
    late, rows = late_of(found), {row[1]: row[5] for row in found.table(4)}
    asked = 0
    for name, thing in late.items():
        if "rule" in thing:
            continue
        undone = [m for m in found.milestones[thing["id"]] if not _is_done(m, found.as_of)]
        overdue = [date.fromisoformat(m["due"]) for m in undone if m["due"] < found.as_of.isoformat()]
        if overdue:
            asked += 1
            assert rows[name].endswith(f"{(found.as_of - min(overdue)).days}天")
    assert asked


def _is_done(milestone: dict[str, Any], day: date) -> bool:
    return milestone["state"] == "accepted" and milestone["done"] <= day.isoformat()


def test_every_target_of_the_ledger_is_the_apis_now_and_a_month_before(found: Month) -> None:
    rows = {row[1]: row for row in rows_of_sheet(found.files["xlsx"])}

    for name, target in found.targets.items():
        row = rows[name]
        assert row[8] == ON_PACE[target["progress"]["status"]]
        assert row[4] == found.offices[target["lead_office"]]
        for cell, at in ((row[6], found.earlier[name]), (row[7], target)):
            assert all(number in cell for number in _numbers_of(at)), (name, cell)


def _numbers_of(target: dict[str, Any]) -> list[str]:
    """What the sentence on a target's progress must hold."""
    progress, unit = target["progress"], target["unit_of_measure"]
    if progress["status"] == "no_data":
        return [NO_DATA] if progress["reason"] != "goal_in_doubt" else [f"{shown(progress['actual'])}{unit}"]
    if target["rule"] == "total":
        return [
            f"累计{shown(progress['actual'])}{unit}，",
            f"的{share(progress['attainment'])}，",
            f"应到{shown(progress['expected'])}{unit}",
        ]
    if target["rule"] == "growth":
        return [share(abs(progress["actual"]))]
    if target["rule"] == "milestones":
        return [f"完成节点{share(progress['actual'])}", f"应到{share(progress['expected'])}"]
    if target["rule"] in ("share", "level"):
        of = "%" if target["rule"] == "share" else unit
        return [f"达到{shown(progress['actual'])}{of}", f"应到{shown(progress['expected'])}{of}"]
    return []


def test_every_work_of_the_ledger_is_the_apis_now_and_a_month_before(found: Month) -> None:
    rows = {row[1]: row for row in rows_of_sheet(found.files["xlsx"])}
    counted_ones = {name: each for name, each in found.projects.items() if each["progress"]}

    assert len(rows) == len(found.targets) + len(counted_ones)
    for name, project in counted_ones.items():
        row = rows[name]
        assert row[8] == ON_PACE[project["progress"]["status"]]
        for cell, at in ((row[6], found.earlier_projects[name]), (row[7], project)):
            progress = at["progress"]
            assert f"完成率{share(progress['attainment'])}，应到{share(progress['expected'])}，" in cell


def test_the_pdf_has_every_cell_and_sentence_of_the_word_file(found: Month) -> None:
    text = text_of_pdf(found.files["pdf"])

    for table in tables_of_word(found.files["docx"]):
        for row in table:
            for cell in row:
                assert "".join(cell.split()) in text, cell
    for part in ("overall", "economy", "work", "ten", "projects", "late", "silent"):
        assert "".join(found.facts[part]["say"].split()) in text


def test_no_number_is_printed_that_the_facts_lack(found: Month) -> None:
    """What stands in the papers beside the facts is words: headings, notes, and ordinals."""
    known = set(re.findall(r"\d[\d,.]*", str(found.facts)))
    printed = set(re.findall(r"\d[\d,.]*", text_of_word(found.files["docx"])))

    assert {number.rstrip(".,") for number in printed} <= {number.rstrip(".,") for number in known}
