"""The totals of a month that stand on the cover sheet of a hand-off."""

from pathlib import Path

from desktop.analysis.declarations import load_tables
from desktop.analysis.tables import figures
from desktop.analysis.totals import month_totals
from desktop.registers.declarations import load
from desktop.store.covers import Total
from desktop.store.vault import Vault
from tests.analysis.conftest import Finds, item


def test_every_table_of_the_zone_is_counted_over_the_month_alone(vault: Vault, finds: Finds) -> None:
    """What does not convert stands in its own unit, what is doubtful is counted, and May is not June."""
    finds.add(item("OPI-HER", "12.5", "G"), item("SED-DIA", "20", "TAB"), case_opened=1, people=3)
    finds.add(item("OPI-HER", "7", "G", "GRO"), people=4)
    finds.add(item("OPI-HER", "900", "G"), found_on="2012-06-01", case_opened=1, people=90)
    assert month_totals(vault, "security", "2012-05") == [
        Total("cases", {"": "1"}), Total("people", {"": "7"}), Total("weight", {"KG": "0.0125", "TAB": "20"}, 1),
    ]  # fmt: skip


def test_a_month_without_records_counts_nothing(vault: Vault) -> None:
    """Nought is a figure too."""
    assert [total.amounts for total in month_totals(vault, "security", "2012-05")] == [{"": "0"}, {"": "0"}, {"KG": "0"}]


def test_a_zone_has_the_totals_of_its_own_tables_alone(vault: Vault) -> None:
    """No table counts training here."""
    assert month_totals(vault, "training", "2012-05") == []


def test_a_slip_in_a_table_costs_the_totals_and_not_the_hand_off(vault: Vault, folder: Path) -> None:
    """A service writes its own tables, and may slip."""
    (folder / "tables" / "weight.toml").write_text('name = "weight"\nregister = "fnds"\n', "utf-8")
    vault.definitions = load(folder)
    assert month_totals(vault, "security", "2012-05") == []


def test_the_totals_are_those_that_the_page_of_tables_shows(vault: Vault, finds: Finds) -> None:
    """One engine counts both."""
    finds.add(item("OPI-HER", "0.1", "G"), item("OPI-HER", "0.2", "G"))
    weight = load_tables(vault.definitions)["weight"]
    (total,) = (found for found in month_totals(vault, "security", "2012-05") if found.table == "weight")
    assert total.amounts["KG"] == str(figures(vault, weight, "2012-05", "2012-05").total)
