"""One identity, however the name is typed."""

import pytest

from accounts.names import normalise, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Li.Hua", "Li.Hua"),
        ("  Li.Hua\t", "Li.Hua"),
        ("Ｌｉ．Ｈｕａ", "Li.Hua"),
        ("　Li.Hua　", "Li.Hua"),
        ("Li\u200b.\u200dHua\ufeff", "Li.Hua"),
        ("Li\u202e.Hua\x00", "Li.Hua"),
        ("李华", "李华"),
        ("\u200b", ""),
    ],
)
def test_a_name_is_kept_narrow_visible_and_without_blanks_around(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize("typed", ["LI.HUA", "li.hua", "ｌＩ．ｈＵＡ ", "L\u200bi.Hua"])
def test_names_are_compared_without_case(typed: str) -> None:
    assert normalise(typed) == "li.hua"


def test_different_names_stay_different() -> None:
    assert len({normalise(name) for name in ("li.hua", "lihua", "li-hua", "李华", "李華")}) == 5
