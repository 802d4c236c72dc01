"""What is invented: how many of what, and the figures, from the seed alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from goals.progress import month_key, period_end

TARGETS, MONTHS = 80, 24
OFFICES = ("经济发展办公室", "城乡建设办公室", "文化旅游办公室", "社会事务办公室")
VILLAGES = 3
SECTIONS = ("经济发展", "城乡建设", "文化旅游", "生态环境", "社会民生", "平安法治")
SCALE = 10_000


@dataclass(frozen=True)
class Size:
    """A district's subdistricts, for so many districts."""

    districts: int
    subdistricts: int

    def of_district(self, number: int) -> int:
        """How many of all subdistricts the district has; the first ones take what is left over."""
        each, over = divmod(self.subdistricts, self.districts)
        return each + (number < over)


# Zhejiang has 90 counties and districts with 1,360 subdistricts, towns and townships.
SIZES = {"street": Size(1, 1), "district": Size(1, 24), "province": Size(90, 1_360)}


class Kind(NamedTuple):
    """A kind of target: what its indicator measures, and what is promised of it."""

    name: str
    unit_of_measure: str
    basis: str
    rule: str
    comparator: str = "at_least"
    whole: bool = False


# Twenty kinds, four times over: as many of each rule as a subdistrict's plan has, roughly.
KINDS = (
    Kind("规上工业总产值", "亿元", "amount", "total"),
    Kind("固定资产投资", "亿元", "amount", "total"),
    Kind("规上服务业营收增速", "亿元", "running_total", "growth"),
    Kind("社会消费品零售额增速", "亿元", "amount", "growth"),
    Kind("招引亿元以上项目", "个", "amount", "total", whole=True),
    Kind("规上工业增加值增速", "%", "rate", "growth"),
    Kind("外贸出口额", "亿元", "amount", "total"),
    Kind("新增市场主体", "家", "amount", "total", whole=True),
    Kind("农村生活垃圾分类覆盖率", "%", "share", "share"),
    Kind("旧房改造面积", "万平方米", "amount", "total"),
    Kind("游客接待量增速", "万人次", "amount", "growth"),
    Kind("文化礼堂活动", "场", "amount", "total", whole=True),
    Kind("优良水质断面比例", "%", "share", "share"),
    Kind("森林覆盖面积", "公顷", "level", "level"),
    Kind("养老服务床位", "张", "level", "level", whole=True),
    Kind("城乡居民基本医保参保率", "%", "share", "share"),
    Kind("新增城镇就业", "人", "amount", "total", whole=True),
    Kind("生产安全事故起数", "起", "amount", "decline", "below_last_year", whole=True),
    Kind("信访积案化解率", "%", "share", "share"),
    Kind("一般公共预算收入", "万元", "running_total", "total"),
)


def kind_of(target: int) -> Kind:
    return KINDS[target % len(KINDS)]


def months_until(today: date) -> list[date]:
    """The last 24 months that have ended, oldest first."""
    last = month_key(today) if period_end(month_key(today)) <= today else month_key(today) - 1
    return [period_end(key) for key in range(last - MONTHS + 1, last + 1)]


def drawn(seed: int, *numbers: int) -> int:
    """A number below 2³², from these alone, without a state: any row can be made without those before it."""
    found = (seed * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF
    for number in numbers:
        found = ((found ^ number) * 0x85EBCA6B) & 0xFFFFFFFF
        found ^= found >> 13
        found = (found * 0xC2B2AE35) & 0xFFFFFFFF
        found ^= found >> 16
    return found


class Promise(NamedTuple):
    """A target in numbers, in ten-thousandths: a month's usual figure, this year against last, and the goal."""

    base: int
    trend: int
    goal: int | None
    baseline: int | None


def promise_of(seed: int, target: int, kind: Kind) -> Promise:
    """`target` counts through all plans. This year is between 85 and 125 per cent of the last; so some are behind."""
    base = (10 + drawn(seed, target, 1) % 990) * SCALE
    trend = 85 + drawn(seed, target, 2) % 41
    ambition = 92 + drawn(seed, target, 3) % 24
    if kind.rule == "total":
        return Promise(base, trend, base * 12 * ambition // 100 // SCALE * SCALE, None)
    if kind.rule == "growth":
        return Promise(base, trend, (drawn(seed, target, 3) % 13) * SCALE, None)
    if kind.rule == "level":
        return Promise(base, trend, base * ambition // 100, base * 9 // 10)
    if kind.rule == "share":
        return Promise(base, trend, (60 + drawn(seed, target, 3) % 40) * SCALE, None)
    return Promise(base, trend, None, None)


def figures_of(
    seed: int, target: int, kind: Kind, promise: Promise, month: int, *, this_year: bool
) -> tuple[int | None, int | None, int | None]:
    """Value, numerator and denominator of a month."""
    wave = 80 + drawn(seed, target, 16 + month + 32 * this_year) % 41
    usual = promise.base * promise.trend // 100 if this_year else promise.base
    if kind.basis == "share":
        below = 50 + promise.base // SCALE
        return None, below * (wave - 20 if wave < 120 else 100) // 100 * SCALE, below * SCALE
    if kind.basis == "running_total":
        return usual * month + promise.base * wave // 1_000, None, None
    if kind.basis == "level":
        return usual * (95 + month) // 100, None, None
    if kind.basis == "rate":
        return (promise.trend - 100) * SCALE // 2 + wave * 100, None, None
    figure = usual * wave // 100
    return figure // SCALE * SCALE if kind.whole else figure, None, None


def districts(size: Size) -> Iterator[tuple[int, list[int]]]:
    """Each district with the numbers of its subdistricts, which count through the province."""
    first = 0
    for number in range(size.districts):
        count = size.of_district(number)
        yield number, list(range(first, first + count))
        first += count
