"""Two records that headquarters decided are one event: it is counted once, and the other says why it is doubtful."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from desktop.analysis.tables import explain, figures, records_behind
from desktop.store import received
from desktop.store.received import Decision
from desktop.store.vault import Vault
from tests.analysis.conftest import Finds, item
from tests.analysis.test_tables import Tables, left_out

Decide = Callable[..., None]
FIRST, SECOND = "F-0001", "F-0002"


@pytest.fixture
def decide(vault: Vault, finds: Finds) -> Decide:
    """Keep two records of one event, and let headquarters decide about them by their numbers."""
    for _ in range(2):
        finds.add(item("CAN-RES", "3", "KG"), case_opened=1)
    zone = vault.zone("security")
    uids = {item.record["number"]: item.record["uid"] for item in vault.records("finds").all()}

    def decided(choice: str, one: str, other: str) -> None:
        received.decide(zone, SECOND, [Decision("double", choice, "один груз", "finds", uids[one], uids[other])])

    return decided


@pytest.mark.parametrize("order", [(SECOND, FIRST), (FIRST, SECOND)])
def test_an_event_that_two_records_tell_of_is_counted_once(
    vault: Vault, tables: Tables, decide: Decide, order: tuple[str, str]
) -> None:
    assert figures(vault, tables["weight"]).total == Decimal(6)
    decide("same", *order)
    found = figures(vault, tables["weight"])
    assert (found.total, left_out(found)) == (Decimal(3), {"repeated": (1, 1)})
    assert figures(vault, tables["cases"]).total == 1
    assert [one.number for one in records_behind(vault, tables["weight"], reason="repeated")] == [SECOND]


def test_the_answer_why_names_the_record_that_is_counted_instead(vault: Vault, tables: Tables, decide: Decide) -> None:
    decide("same", SECOND, FIRST)
    (first,), (second,) = (explain(vault, tables["weight"], number) for number in (FIRST, SECOND))
    assert first.verdict == "counted"
    assert (second.verdict, second.reason is not None and FIRST in second.reason["ru"]) == ("doubtful", True)


def test_what_was_decided_last_of_a_pair_stands(vault: Vault, tables: Tables, decide: Decide) -> None:
    decide("same", SECOND, FIRST)
    decide("both", FIRST, SECOND)
    assert figures(vault, tables["weight"]).total == Decimal(6)
    decide("same", FIRST, SECOND)
    assert figures(vault, tables["weight"]).total == Decimal(3)


def test_once_one_of_the_two_is_void_the_other_counts(vault: Vault, tables: Tables, decide: Decide) -> None:
    decide("same", SECOND, FIRST)
    uid = next(item.record["uid"] for item in vault.records("finds").all() if item.record["number"] == FIRST)
    vault.records("finds").void(uid, "ERR", "повтор")
    found = figures(vault, tables["weight"])
    assert (found.total, set(left_out(found))) == (Decimal(3), {"state.VOID"})


def test_a_merge_that_is_taken_back_takes_its_decisions_back(vault: Vault, tables: Tables, decide: Decide) -> None:
    decide("same", FIRST, SECOND)
    received.undo(vault.zone("security"), SECOND, "не та флешка")
    assert figures(vault, tables["weight"]).total == Decimal(3)
    assert "repeated" not in left_out(figures(vault, tables["weight"]))
