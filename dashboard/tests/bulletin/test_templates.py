"""The office's own template: used when sound, refused with the reason when it isn't, and never anything that runs."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from dashboard.bulletin import templates, word
from dashboard.bulletin.sample import SAMPLE
from dashboard.bulletin.template_language import check
from dashboard.models import BulletinTemplate
from dashboard.tests.bulletin.factories import (
    facts,
    make_mixed_plan,
    member_of,
    template_of,
    text_of_word,
    upload,
    with_member,
)
from goals.tests.factories import make_plan, make_unit, make_user
from scripts.bulletin_template import make

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
RELATIONS = "word/_rels/document.xml.rels"


def refusal(content: bytes, name: str = "通报.docx") -> str:
    """Why a template is refused."""
    with pytest.raises(ValidationError) as refused:
        templates.checked(upload(content, name))
    return " ".join(refused.value.messages)


def with_relation(kind: str, mode: str = "") -> bytes:
    content = template_of("{{ title }}")
    target = (
        f'<Relationship Id="rId99" Type="http://x/{kind}" Target="http://example.invalid/x" {mode}/></Relationships>'
    )
    return with_member(content, RELATIONS, member_of(content, RELATIONS).replace(b"</Relationships>", target.encode()))


def test_the_portals_own_template_passes_its_own_check() -> None:
    name, content = templates.checked(upload(word.OWN_TEMPLATE.read_bytes()))

    assert (name, content) == ("通报.docx", word.OWN_TEMPLATE.read_bytes())


def test_the_portals_own_template_is_what_its_script_makes() -> None:
    assert word.OWN_TEMPLATE.read_bytes() == make()


def test_fields_loops_and_conditions_may_stand_in_it() -> None:
    content = template_of(
        "{{ title }}（{{ month }}月）",
        "{% for row in late.rows %}{{ loop.index }}{{ row.name }}{% if not loop.last %}、{% endif %}{% endfor %}",
        "{% if overall.behind > 0 and demo %}{{ overall.behind }}{% else %}无{% endif %}",
        "{{ work['total'].completion }}{{ note|default('') }}{{ late.rows|length }}",
        header="{{ unit }}",
    )

    _name, kept = templates.checked(upload(content))
    text = text_of_word(word.written(kept, facts(make_mixed_plan())))

    assert "重点工作推进情况通报（2月）" in text
    assert "1指标" in text


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{{ tile }}", "tile"),
        ("{{ overall.behinds }}", "overall.behinds"),
        ("{% for row in late.rows %}{{ row.nam }}{% endfor %}", "row.nam"),
        ("{% for row in lates.rows %}{% endfor %}", "lates"),
        ("{% if demo %}{{ nothing }}{% endif %}", "nothing"),
        ("{% if not demo %}{{ nothing }}{% endif %}", "nothing"),
        ("{{ title if demo else other }}", "other"),
        ("{{ title.__class__ }}", "title.__class__"),
        ("{{ row.name }}", "row"),
        ("{{ overall['behinds'] }}", "overall.behinds"),
    ],
)
def test_an_unknown_field_is_refused_by_name_whichever_branch_it_stands_in(text: str, field: str) -> None:
    assert refusal(template_of(text)) == f"没有“{field}”这个字段。"


def test_an_unknown_field_in_the_header_is_refused_too() -> None:
    assert refusal(template_of("{{ title }}", header="{{ tile }}")) == "没有“tile”这个字段。"


@pytest.mark.parametrize(
    "text",
    [
        "{{ title.upper() }}",
        "{{ ''.join(title) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% set x = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% for x in range(100000) %}{% endfor %}",
        "{% call x() %}{% endcall %}",
        "{{ title|attr('__class__') }}",
        "{{ title|map('upper') }}",
        "{{ ().__class__.__bases__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ title ~ title }}",
        "{% for a, b in late.rows %}{% endfor %}",
        "{% for a in late.rows recursive %}{% endfor %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ late.rows[0].name }}",
        "{{ title[::-1] }}",
    ],
)
def test_nothing_that_runs_may_stand_in_it(text: str) -> None:
    assert refusal(template_of(text))


def test_loops_within_loops_are_bounded() -> None:
    rows = "late.rows"
    deep = "".join(f"{{% for a{n} in {rows} %}}" for n in range(3)) + "{% endfor %}" * 3

    assert refusal(template_of(deep)) == "模板里的循环最多套 2 层。"
    assert refusal(template_of("{% for a in title %}{% endfor %}")) == "“title”不是列表，不能循环。"


@pytest.mark.parametrize("text", ["{{ title", "{% if demo %}", "{% endfor %}", "{{ }}", "{% nonsense %}"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    assert refusal(template_of(text))


@pytest.mark.parametrize("name", ["通报.docm", "通报.dotm", "通报.DOCM", "通报.doc"])
def test_a_kind_that_carries_macros_is_refused_by_name(name: str) -> None:
    assert "宏" in refusal(template_of("{{ title }}"), name)


@pytest.mark.parametrize("name", ["通报.pdf", "通报.zip", "通报", "通报.docx.exe", "通报.html"])
def test_another_kind_of_file_is_refused(name: str) -> None:
    assert refusal(template_of("{{ title }}"), name) == "模板应是 .docx 文件。"


def test_a_macro_in_a_docx_is_refused() -> None:
    assert "宏" in refusal(with_member(template_of("{{ title }}"), "word/vbaProject.bin", b"\xd0\xcf\x11\xe0"))


@pytest.mark.parametrize("kind", ["vbaProject", "oleObject", "control", "attachedTemplate", "aFChunk", "subDocument"])
def test_what_runs_or_is_embedded_is_refused(kind: str) -> None:
    assert kind in refusal(with_relation(kind))


@pytest.mark.parametrize("kind", ["image", "header", "video"])
def test_what_is_fetched_from_elsewhere_is_refused(kind: str) -> None:
    assert refusal(with_relation(kind, 'TargetMode="External"')) == f"模板不能引用外部文件（{kind}）。"


def test_a_link_to_read_is_no_fetching() -> None:
    assert templates.checked(upload(with_relation("hyperlink", 'TargetMode="External"')))


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", b"PK\x03\x04 broken", template_of("{{ title }}")[:-200]],
    ids=["empty", "text", "header", "cut"],
)
def test_a_broken_file_is_refused(content: bytes) -> None:
    assert refusal(content)


def test_a_document_type_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'

    assert refusal(with_member(template_of("{{ title }}"), "word/styles.xml", bomb)) == "模板已损坏，打不开。"


def test_one_that_is_too_large_packed_or_unpacked_is_refused() -> None:
    content = template_of("{{ title }}")

    assert refusal(content + b"\0" * templates.LARGEST) == "模板超过 1 MB。"
    assert refusal(with_member(content, "word/media/x.bin", b"\0" * (templates.MOST_UNPACKED + 1)))


def test_what_a_template_says_of_itself_is_not_rendered() -> None:
    core = "docProps/core.xml"
    content = template_of("{{ title }}")
    hostile = member_of(content, core).replace(
        b"</cp:coreProperties>", b"<dc:subject>{{ 1/0 }}</dc:subject></cp:coreProperties>"
    )

    _name, kept = templates.checked(upload(with_member(content, core, hostile)))

    assert b"1/0" not in member_of(word.written(kept, SAMPLE), core)


def test_the_check_asks_the_same_names_of_every_row() -> None:
    check("{% for row in ledger %}{{ row.section }}{{ row.remark }}{% endfor %}", SAMPLE)
    with pytest.raises(ValidationError):
        check("{% for row in ledger %}{{ row.number }}{% endfor %}", SAMPLE)


def test_a_refused_one_leaves_nothing_behind(kept: Path) -> None:
    planner = make_user("planner", Role.PLANNER, unit=make_unit())
    with pytest.raises(ValidationError):
        templates.keep(planner, make_plan(), upload(template_of("{{ tile }}")))

    assert not BulletinTemplate.objects.exists()
    assert not [path for path in kept.rglob("*") if path.is_file()]
