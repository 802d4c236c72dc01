"""阶段模板: the usual steps of a kind of work, with their share of the weight and their working days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models.project import Kind


@dataclass(frozen=True)
class Stage:
    """A step as a project is given it. `after` names the steps before it; without a `due` it is planned backwards."""

    name: str
    weight: Decimal = Decimal(1)
    due: date | None = None
    start: date | None = None
    days: int = 10
    after: tuple[str, ...] = ()
    standard: str = ""


@dataclass(frozen=True)
class Template:
    """Steps one after another: name, weight, working days."""

    code: str
    name: str | Promise
    steps: tuple[tuple[str, int, int], ...]

    def stages(self) -> list[Stage]:
        names = [name for name, _weight, _days in self.steps]
        return [
            Stage(name, Decimal(weight), days=days, after=tuple(names[max(number - 1, 0) : number]))
            for number, (name, weight, days) in enumerate(self.steps)
        ]


WORKS = Template(
    "works",
    _("工程"),
    (
        ("立项批复", 1, 10),
        ("设计", 1, 20),
        ("预算审核", 1, 10),
        ("招标/三资交易", 1, 20),
        ("开工", 1, 5),
        ("完工", 4, 80),
        ("竣工验收", 1, 10),
        ("审价结算", 1, 15),
        ("移交管养", 1, 5),
    ),
)
SERVICES = Template("services", _("购买服务"), (("立项", 1, 10), ("采购", 2, 20), ("实施", 5, 120), ("考评", 2, 10)))
EVENTS = Template("events", _("活动"), (("方案", 3, 20), ("举办", 5, 10), ("总结", 2, 10)))
RULES = Template("rules", _("制度"), (("起草", 3, 30), ("征求意见", 2, 20), ("会议审定", 3, 10), ("印发", 2, 5)))
CAMPAIGNS = Template(
    "campaigns",
    _("整治"),
    (("方案", 1, 10), ("摸底排查", 2, 30), ("集中整治", 4, 80), ("复查巩固", 2, 30), ("总结", 1, 10)),
)
ONGOING = Template(
    "ongoing", _("持续推进"), (("方案", 1, 15), ("启动实施", 3, 40), ("中期评估", 2, 60), ("年度成效", 4, 60))
)
TEMPLATES = {each.code: each for each in (WORKS, SERVICES, EVENTS, RULES, CAMPAIGNS, ONGOING)}
_BY_KIND = {
    Kind.CONSTRUCTION: WORKS,
    Kind.EVENT: EVENTS,
    Kind.INSTITUTION: RULES,
    Kind.REGULATION: RULES,
    Kind.CAMPAIGN: CAMPAIGNS,
    Kind.PROGRAMME: ONGOING,
}


def template_for(kind: str) -> Template:
    """The template that fits most works of this kind."""
    return _BY_KIND[Kind(kind)]
