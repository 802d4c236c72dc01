"""What a register's declaration leaves to its model."""

from goals.measures import all_measures
from ledgers.counting import LedgerMeasure
from ledgers.registry import all_ledgers, ledger_of


def test_form_filters_and_search_follow_from_the_fields() -> None:
    ledger = ledger_of("economy", "requests")

    assert ledger.fields == ("firm", "credit_code", "what", "kind", "officer", "due", "result", "answered_on")
    assert (ledger.filters, ledger.stages) == (("kind", "result"), ("stage",))
    assert ledger.search == ("firm", "credit_code", "what", "officer", "external_no")


def test_the_first_field_names_a_row_unless_another_does() -> None:
    assert [ledger_of("economy", code).title for code in ("reuse", "requests")] == ["place", "what"]


def test_masked_names_are_never_searched() -> None:
    for key in (("economy", "talents"), ("livelihood", "visits"), ("livelihood", "assistance"), ("safety", "disputes")):
        ledger = ledger_of(*key)
        assert ledger.masked and not {*ledger.masked} & {*ledger.search}


def test_without_a_text_of_its_own_the_note_is_searched() -> None:
    assert ledger_of("economy", "grain").search == ("external_no", "note")


def test_computed_columns_are_told_on_a_rows_page() -> None:
    assert ledger_of("economy", "grain").computed == ("tonnes",)


def test_whatever_waits_for_a_confirmation_is_counted_from_a_register_that_can_be_confirmed() -> None:
    waiting = {m.key for m in all_measures() if isinstance(m, LedgerMeasure) and m.confirmed}

    assert waiting == {ledger.key for ledger in all_ledgers() if ledger.confirmation}
