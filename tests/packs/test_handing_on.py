"""Which records of a shared thing stay with the others when somebody is erased, and what of them."""

import pytest

from messaging.actions.handing_on import handed_on, kept_types
from messaging.intake import RecordRow
from messaging.packs import load_pack
from tests.bot.counter import NOON


@pytest.mark.parametrize(
    ("pack", "stays", "goes"),
    [
        ("auto", {"inspection", "insurance", "work_order"}, set()),
        ("office", {"contract"}, {"invoice"}),
        ("studio", set(), {"case_file"}),
    ],
)
def test_what_is_somebodys_secret_goes(pack: str, stays: set[str], goes: set[str]) -> None:
    loaded = load_pack(pack)
    types = {each.id for each in loaded.record_types}

    assert stays <= kept_types(loaded).keys()
    assert goes <= types - kept_types(loaded).keys()


def test_of_a_record_the_dates_and_the_state_stay_and_no_free_text() -> None:
    kept = kept_types(load_pack("auto"))
    row = RecordRow(
        type="inspection",
        external_id="D1",
        customer="C-77",
        asset="AB123CD",
        status="open",
        number="12",
        amount_cents=7900,
        attributes={"date_source": "actual", "remark": "paga a rate"},
    )

    told = handed_on(row, kept, whose="C-77", to="C2")

    assert told == RecordRow(
        type="inspection",
        external_id="D1",
        customer="C2",
        asset="AB123CD",
        status="open",
        attributes={"date_source": "actual"},
    )


@pytest.mark.parametrize(
    "changed",
    [{"type": "invoice"}, {"starts_at": NOON}, {"external_id": "C-77/1"}],
    ids=["of no such type", "an appointment", "named after the person"],
)
def test_what_is_the_persons_own_goes(changed: dict[str, object]) -> None:
    kept = kept_types(load_pack("auto"))
    values = {"type": "inspection", "external_id": "D1", "customer": "C-77", "asset": "A"} | changed

    assert handed_on(RecordRow(**values), kept, whose="C-77", to="C2") is None  # type: ignore[arg-type]
