"""What a run of schemathesis came to, read from its report; what needs no mending is told apart by a reason."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Valid by the schema and refused all the same: what depends on what there is, or on several fields together, no schema
# can say. A refusal is explained when each of its errors has one of these codes.
UNSAYABLE = {
    "does_not_exist": "names a record that isn't there, or not for this caller",
    "unique": "the code is taken",
    "required": "needed together with another field",
    "too_early": "a day before the plan's start",
    "too_late": "a day after today",
    "invalid_choice": "a name that isn't registered",
}


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
            for label, check, answer in _failing(recorder):
                reason = explanation(check, answer)
                if reason is None:
                    found.failures[f"{label}: {check['name']}, {_said(check, answer)}"] += 1
                else:
                    found.explained[reason] += 1
    if not ended:
        raise RuntimeError(f"{report} tells of no end")
    found.operations = len(labels)
    return found


def explanation(check: dict[str, Any], answer: dict[str, Any]) -> str | None:
    """Why a failing check is no fault; None where it is one."""
    status = answer.get("status_code")
    if check["name"] == "status_code_conformance" and status == 414:
        return "an address longer than the server takes, refused before the portal sees it"
    if check["name"] == "positive_data_acceptance" and status == 400:
        codes = {error["code"] for error in errors_of(answer)}
        if codes and codes <= set(UNSAYABLE):
            return "; ".join(UNSAYABLE[code] for code in sorted(codes))
    return None


def errors_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return json.loads(_text(answer))["errors"]  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError):
        return []


def _failing(recorder: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for case, checks in recorder.get("checks", {}).items():
        answer = recorder.get("interactions", {}).get(case, {}).get("response") or {}
        value = recorder["cases"][case]["value"]
        for check in checks:
            if check["status"] == "failure":
                yield f"{value['method']} {value['path']}", check, answer


def _said(check: dict[str, Any], answer: dict[str, Any]) -> str:
    message = check["failure_info"]["failure"]["message"].replace("\n", " ")
    return f"{answer.get('status_code')} {message[:200]} {_text(answer)[:200]}"


def _text(answer: dict[str, Any]) -> str:
    content = answer.get("content") or {}
    raw = content.get("$base64", "") if isinstance(content, dict) else content
    return base64.b64decode(raw).decode("utf-8", "replace")
