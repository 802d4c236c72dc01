"""The arithmetic as a sentence, rule by rule, in the words that fit the rule."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from goals.progress import sentence, status_word

SEPTEMBER = date(2022, 9, 30)


def said(rule: str, status: str = "on_track", **more: Any) -> str:
    terms = {"rule": rule, "comparator": "at_least", "goal": "10"} | more.pop("terms", {})
    fields: dict[str, Any] = {
        "data_period": SEPTEMBER,
        "actual": Decimal("11"),
        "expected": Decimal("10"),
        "unit": "亿元",
    } | more
    return sentence(terms, status=status, **fields)


@pytest.mark.parametrize(
    ("rule", "terms", "expected"),
    [
        (
            "growth",
            {"ytd": "42.3", "last_ytd": "38.1"},
            "1–9月累计 42.3 亿元 ÷ 上年同期 38.1 亿元 − 1 = 11%，目标 ≥ 10% → 高于目标",
        ),
        ("growth", {"basis": "rate"}, "1–9月发布增速 11%，目标 ≥ 10% → 高于目标"),
        ("total", {"ytd": "11"}, "1–9月累计 11 亿元，序时应到 10 亿元，目标 ≥ 10 亿元 → 序时正常"),
        ("level", {}, "1–9月期末 11 亿元，应到 10 亿元，目标 ≥ 10 亿元 → 达标在轨"),
        (
            "share",
            {"numerator": "9", "denominator": "10"},
            "1–9月 9 ÷ 10 = 11%，应到 10%，目标 ≥ 10% → 达标在轨",
        ),
        ("decline", {"ytd": "3", "last_ytd": "5"}, "1–9月累计 3 亿元，上年同期 5 亿元 → 下降"),
        ("milestones", {"counted": True}, "截至9月30日 已完成节点权重 11%，应完成 10% → 序时正常"),
    ],
)
def test_a_rule_is_said_in_its_words(rule: str, terms: dict[str, Any], expected: str) -> None:
    assert said(rule, terms=terms) == expected


def test_one_month_is_no_span() -> None:
    assert said("total", data_period=date(2022, 1, 31)).startswith("1月累计")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("no_reading", "无数据:没有完整一期的数据"),
        ("no_base", "无数据:缺上年同期数据"),
        ("zero_base", "无数据:基数为零或负，无法计算"),
        ("no_schedule", "无数据:未排节点"),
        ("goal_in_doubt", "无数据:口径待核 (11 亿元)"),
    ],
)
def test_no_data_says_why(reason: str, expected: str) -> None:
    actual = Decimal(11) if reason == "goal_in_doubt" else None

    assert said("total", "no_data", reason=reason, actual=actual).replace("：", ":") == expected


def test_pace_is_never_said_of_a_growth_rate() -> None:
    statuses = ("achieved", "on_track", "at_risk", "behind", "missed")

    assert all("序时" not in str(status_word(status, "growth")) for status in statuses)


def test_it_is_said_in_english_too() -> None:
    with override("en"):
        assert said("growth", terms={"basis": "rate"}) == "Months 1–9: published growth 11%, goal ≥ 10% → Above goal"


def test_what_is_not_known_is_a_dash_and_nothing_is_minus_zero() -> None:
    assert "应到 —" in said("level", expected=None)
    assert "= 0%" in said("growth", terms={"ytd": "1", "last_ytd": "1"}, actual=Decimal("-0.001"))
