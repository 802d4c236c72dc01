"""What a run of schemathesis came to, read from its report; what needs no mending is told apart by a reason."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Valid by the schema and refused all the same: what depends on the records, on the day, or on several fields together
# no schema can say. A refusal is explained when each of its errors has one of these codes.
UNSAYABLE = {
    "does_not_exist": "names a record that isn't there, or not for this caller",
    "unique": "the code is taken",
    "too_early": "a day before the plan's start",
    "too_late": "a day after today",
    "out_of_range": "a year other than 2000 to 2099",
    "not_a_reporting_unit": "the unit doesn't report this indicator",
    "only_for_share": "fields that only an indicator of shares has",
    "not_for_share": "fields that only an indicator of shares lacks",
    "not_a_period_end": "a day that ends no period of the indicator",
    "not_begun": "a period that hasn't begun",
    "duplicate": "the same row twice",
    "evidence_required": "a figure that takes evidence first",
    "no_reporting_unit": "an indicator that nobody reports",
    "one_unit": "an indicator that one unit reports",
    "counted": "an indicator that the portal counts itself",
    "rule_basis": "a rule that the indicator's basis doesn't have",
    **dict.fromkeys(("comparator_rule", "no_goal", "milestones_goal", "no_pace"), "terms that don't go with the rule"),
    **dict.fromkeys(("outside_plan", "no_due_period", "after_due"), "a day that the plan's year doesn't have"),
    **dict.fromkeys(("not_a_month_end", "not_one_way", "not_the_goal"), "planned values that don't lead to the goal"),
    "by_change": "an order of one's own together with updated_since",
    "unknown_name": "names that no row has",
    "not_in_list": "a code that a register's list doesn't have",
    "future": "a day after today",
    "out_of_order": "days that don't follow one another",
    "deadline": "a finding's deadline before its inspection",
    **dict.fromkeys(("no_contract", "above_contract", "negative_contract"), "more than the work's contract"),
    **dict.fromkeys(("before_milestone", "after_milestone", "outside_project"), "days outside of the work's"),
    **dict.fromkeys(("cycle", "after_this", "order", "before_predecessor"), "milestones that don't follow one another"),
    "negative": "below nought where the register takes none",
    "not_positive": "an amount of nought or less",
    "above_whole": "a part larger than its whole",
    "credit_code": "a credit code whose check digit doesn't fit",
    "not_village": "a row that only villages have",
    "closed": "a year that is closed",
    **dict.fromkeys(
        ("contradiction", "not_rechecked", "same_person", "too_few", "veto", "unknown"), "what else the row says"
    ),
    **dict.fromkeys(("not_project", "not_unsafe", "out_of_season"), "what other rows say"),
    "blank": "text with nothing in it to be seen",
    **dict.fromkeys(("forbidden_characters", "null_characters_not_allowed"), "characters that can't be seen"),
    "max_digits": "a figure of more than 14 digits",
    "max_decimal_places": "a figure of more than 4 decimal places",
    "too_long": "a figure of more than 30 characters",
}
# Of errors whose code is general: by code and by the field that they are about.
FIGURES = ("amount", "value", "numerator", "denominator", "goal", "baseline", "weight", "band", "minimum", "maximum")
FIGURES_OF = ("planned", "allocations")
NO_FIGURE = "不是数字：只能写阿拉伯数字、小数点、负号和千分位逗号，不带单位。"
NOT_PLAIN = "a number that is no figure: exponents, or keys that are no days"
UNSAYABLE_OF = {
    "invalid": {
        "page": "a page that isn't there",
        "cursor": "a cursor that no answer gave",
        "updated_since": "a moment outside of the years that the portal knows",
        "bands": "bands that leave a gap or overlap",
        "plan": "a move to another plan",
        "start": "a plan's year is a calendar year",
        "end": "a plan's year is a calendar year",
        **dict.fromkeys(("theme", "target", "same_as", "project"), "a record of another plan or work"),
        "findings": "findings once their inspection was recorded",
        "aggregation": "an aggregation that the basis doesn't have",
        "in_force_from": "a day outside of the plan's year",
        "rank": "a rank past the number of ranks",
        **dict.fromkeys((*FIGURES, *FIGURES_OF), NOT_PLAIN),
    },
    "required": {
        "reporting_units": "needed together with another field",
        **dict.fromkeys(("version", "target"), "needed together with another field, or in its place"),
        "planned": "needed by the pace",
        **dict.fromkeys(("lead_office", "responsible_post"), "needed where the item has none"),
        **dict.fromkeys(FIGURES, "needed by the indicator or rule"),
    },
    "min_value": dict.fromkeys(("weight", "band", "denominator"), "below nought where the rule takes none"),
    "invalid_choice": {"measure": "a name that no measure has", "state": "a state that only a review gives"},
}
OF_HEADERS = {
    412: ("stale_version", "a version that has passed"),
    422: ("idempotency_key_reused", "a key that an earlier request had"),
}
EMPTY = "an empty parameter counts as none"
# A register's row: what it must have in any case its schema says.
_OF_REGISTER = re.compile("/api/v1/[a-z_]+/[a-z]")
NEEDED_WITH = "needed by what else the row says"


@dataclass
class Outcome:
    """What was asked, what failed and, by reason, what was refused with reason."""

    operations: int = 0
    requests: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)


def read(report: Path) -> Outcome:
    """Raises RuntimeError when the run didn't end by itself."""
    found, ended, labels = Outcome(), False, set()
    with report.open() as lines:
        for line in lines:
            event = json.loads(line)
            ended = ended or event.get("EngineFinished", {}).get("stop_reason") == "completed"
            recorder = event.get("ScenarioFinished", {}).get("recorder", {})
            found.requests += len(recorder.get("interactions", {}))
            labels |= {recorder["label"]} if recorder.get("interactions") and " /api/" in recorder["label"] else set()
            for label, check, answer, query in _failing(recorder):
                reason = explanation(check, answer, query, path=label.partition(" ")[2])
                if reason is None:
                    found.failures[f"{label}: {check['name']}, {_said(check, answer)} {query or ''}"] += 1
                else:
                    found.explained[reason] += 1
    if not ended:
        raise RuntimeError(f"{report} tells of no end")
    found.operations = len(labels)
    return found


def explanation(check: dict[str, Any], answer: dict[str, Any], query: dict[str, Any], path: str = "") -> str | None:
    """Why a failing check is no fault; None where it is one."""
    status = answer.get("status_code")
    if check["name"] in ("status_code_conformance", "negative_data_rejection") and status == 414:
        return "an address longer than the server takes, refused before the portal sees it"
    if check["name"] in ("positive_data_acceptance", "negative_data_rejection") and status in OF_HEADERS:
        code, reason = OF_HEADERS[status]
        return reason if {error["code"] for error in errors_of(answer)} == {code} else None
    if check["name"] == "positive_data_acceptance" and status == 400:
        reasons = {_reason(error, path) for error in errors_of(answer)}
        return None if not reasons or None in reasons else "; ".join(sorted(map(str, reasons)))
    if check["name"] == "negative_data_rejection" and status == 200:
        named = re.search(r"parameter `(\w+)` in query", check["failure_info"]["failure"]["message"])
        return EMPTY if named and query.get(named.group(1)) in ("", [""]) else None
    return None


def _reason(error: dict[str, Any], path: str) -> str | None:
    code, attr = error["code"], str(error["attr"])
    if _OF_REGISTER.match(path) and code == "required":
        return NEEDED_WITH
    # The figures of a register have names of their own.
    if _OF_REGISTER.match(path) and code == "invalid" and error["detail"] == NO_FIGURE:
        return NOT_PLAIN
    of_code = UNSAYABLE_OF.get(code, {})
    steps = [step for step in attr.split(".") if step != "readings" and not step.isdigit()]
    return UNSAYABLE.get(code) or next((of_code[step] for step in steps if step in of_code), None)


def errors_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return json.loads(_text(answer))["errors"]  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError):
        return []


def _failing(recorder: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]]:
    for case, checks in recorder.get("checks", {}).items():
        answer = recorder.get("interactions", {}).get(case, {}).get("response") or {}
        value = recorder["cases"][case]["value"]
        for check in checks:
            if check["status"] == "failure":
                yield f"{value['method']} {value['path']}", check, answer, value.get("query") or {}


def _said(check: dict[str, Any], answer: dict[str, Any]) -> str:
    message = check["failure_info"]["failure"]["message"].replace("\n", " ")
    return f"{answer.get('status_code')} {message[:200]} {_text(answer)[:900]}"


def _text(answer: dict[str, Any]) -> str:
    content = answer.get("content") or {}
    raw = content.get("$base64", "") if isinstance(content, dict) else content
    return base64.b64decode(raw).decode("utf-8", "replace")
