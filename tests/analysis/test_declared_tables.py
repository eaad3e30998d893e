"""What the tables of `resources/tables/` count, and what they leave out: a record for each reason."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from desktop.analysis.declarations import TableDeclaration
from desktop.analysis.tables import explain, figures, load_tables, records_behind
from desktop.analysis.text import table_as_json, table_as_lines
from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from desktop.store.vault import Vault, create_vault
from tests.analysis.conftest import Finds, item
from tests.reports import report


@pytest.fixture
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """Make an empty headquarters with the definitions of the program."""
    folder = tmp_path_factory.mktemp("headquarters")
    with create_vault(folder, load(), prison="HQ", person="x", password="x", profile="cheapest") as vault:
        yield vault


@pytest.fixture
def own_tables(vault: Vault) -> dict[str, TableDeclaration]:
    """Read the tables of the program."""
    return load_tables(vault.definitions)


def verdicts(vault: Vault, table: TableDeclaration, numbers: dict[str, str]) -> None:
    """Check that each record is left out for the reason it is named after, and `counted` is counted."""
    reasons = {condition.name: condition.reason for condition in table.conditions}
    for name, number in numbers.items():
        for told in explain(vault, table, number):
            assert told.reason == reasons.get(name), (name, told)
            assert [b.number for b in records_behind(vault, table, reason="" if name == "counted" else name)] == [number]
    assert set(numbers) - {"counted"} == set(reasons), "a record for each reason"


def test_drug_crimes(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    table = own_tables["drug_crimes"]
    drug, phone = {"category": "DRG", "lab_status": "CONF"}, {"category": "PHO"}

    def seizure(case: str, *items: dict[str, Any]) -> str:
        return finds.keep("seizures", {"items": list(items)}, {"seized_on": "2012-03-04", "case_opened": case})

    numbers = {
        "counted": seizure("CRM", phone, drug, drug),
        "no_criminal_case": seizure("MAT", drug),
        "no_drug": seizure("CRM", phone, drug | {"lab_status": "NEG"}),
    }
    verdicts(vault, table, numbers)
    assert figures(vault, table, "2012", "2012").total == 1


def test_drug_weight(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    def seizure(quantity: str, unit: str, **words: Any) -> str:
        what = item("OPI-HER", quantity, unit, None) | {"category": "DRG", "quantity_kind": "NET"} | words
        del what["weighed"]
        return finds.keep("seizures", {"items": [what]}, {"seized_on": "2012-03-04"})

    numbers = {
        "counted": seizure("2", "G"),
        "no_drug": seizure("1", "G", category="TOB"),
        "laboratory_negative": seizure("1", "G", lab_status="NEG"),
        "precursor": seizure("1", "L", category="PRE", substance="PRE-AAN"),
        "traces": seizure("0", "G", quantity_kind="TRC"),
        "gross": seizure("5", "G", quantity_kind="GRO"),
        "weighing_unknown": seizure("7", "G", quantity_kind=None),
    }
    verdicts(vault, own_tables["drug_weight"], numbers)
    assert figures(vault, own_tables["precursor_weight"]).total == 1
    laboratory = {"lab_status": "DIFF", "lab_substance": "CAN-RES", "lab_quantity": 3_500_000, "quantity_kind": "GRO"}
    seizure("9", "G", **laboratory)
    seizure("20", "TAB", substance="ATS-MDM")
    seizure("4", "AMP")
    found = figures(vault, own_tables["drug_weight"], by=["substance"])
    assert {row.key[0]: row.value for row in found.rows} == {
        "OPI-HER": Decimal("0.002"), "CAN-RES": Decimal("0.0035"), "ATS-MDM": Decimal("0.0054"),
    }  # fmt: skip
    assert {(each.unit, each.value) for each in found.not_convertible} == {("AMP", 4)}


def test_new_tb_cases(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    table = own_tables["tb_new_cases"]
    patient = finds.keep("patients", {}, {"registered_on": "2012-01-01", "sex": "M", "birth_year": 1980})

    def case(**words: Any) -> str:
        return finds.keep("tb_cases", {}, {"patient": patient, "diagnosed_on": "2012-04-01", "counted_history": "NEW"} | words)

    numbers = {
        "counted": case(notified_elsewhere=0),
        "removed": case(removal_reason="DUP"),
        "notified_elsewhere": case(notified_elsewhere=1),
        "registered_before": case(counted_history="RER"),
        "history_unknown": case(counted_history="UNK"),
    }
    verdicts(vault, table, numbers)
    case(counted_history="REC")
    found = figures(vault, table, "2012", "2012", by=["sex", "age_group"])
    assert [(row.key, row.value) for row in found.rows] == [(("M", "25-34"), 2)]


def test_tb_outcomes_stand_under_the_year_in_which_treatment_began(
    vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds
) -> None:
    table = own_tables["tb_outcomes"]

    def case(**words: Any) -> str:
        return finds.keep("tb_cases", {}, {"diagnosed_on": "2011-12-20"} | words)

    started = {"is_started": 1, "started_on": "2012-01-09"}
    numbers = {
        "counted": case(outcome="CUR", **started),
        "removed": case(removal_reason="NOT", **started),
        "notified_elsewhere": case(notified_elsewhere=1, **started),
        "not_started": case(is_started=0),
    }
    verdicts(vault, table, numbers)
    case(outcome="DIE", **started)
    case(**started)
    assert figures(vault, table, "2011", "2011").total == 0
    found = figures(vault, table, "2012", "2012", by=["success"])
    assert {row.key[0]: row.value for row in found.rows} == {"Y": 1, "N": 1, None: 1}


def test_a_case_that_moved_counts_once_where_it_was_notified_with_the_outcome_found_elsewhere(
    vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds
) -> None:
    table = own_tables["tb_outcomes"]

    def case(**words: Any) -> str:
        started = {"diagnosed_on": "2011-12-20", "is_started": 1, "started_on": "2012-01-09"}
        return finds.keep("tb_cases", {}, started | words)

    def outcomes() -> dict[Any, Any]:
        return {row.key[0]: row.value for row in figures(vault, table, "2012", "2012", by=["outcome"]).rows}

    origin, stayed = case(), case()
    assert outcomes() == {None: 2}
    case(notified_elsewhere=1, notified_number=origin)
    assert outcomes() == {None: 2}
    case(notified_elsewhere=1, notified_number=origin, outcome="CUR")
    case(notified_elsewhere=1, notified_number=stayed, outcome="DIE", state="VOID")
    assert outcomes() == {"CUR": 1, None: 1}
    assert figures(vault, table, "2012", "2012").total == 2


def test_new_hiv_cases(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    def case(**words: Any) -> str:
        new = {"diagnosed_on": "2012-04-01", "result": "POS", "knew_before": "N", "notified_elsewhere": 0}
        return finds.keep("hiv_cases", {}, new | words)

    numbers = {
        "counted": case(),
        "negative": case(result="NEG"),
        "known_before": case(knew_before="K"),
        "notified_elsewhere": case(notified_elsewhere=1),
        "not_confirmed": case(result="R1"),
        "knowledge_unknown": case(knew_before=None),
    }
    verdicts(vault, own_tables["hiv_new_cases"], numbers)


def test_officers_trained(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    table = own_tables["officers_trained"]

    def session(**words: Any) -> str:
        days = [{"attendee": "B", "attended_on": "2013-03-28", "mark": "A"}, {"attendee": "C", "mark": "E"}]
        person = {"person_code": "A", "participant_sex": "F"} | words
        return finds.keep("course_sessions", {"participants": [person], "attendance": days}, {"ended_on": "2013-03-28"})

    numbers = {"counted": session(), "no_day_attended": session(attended_days=0), "marked_absent": session(person_code="B")}
    verdicts(vault, table, numbers)
    session(person_code="B", attended_days=1)
    assert figures(vault, table, by=["participant_sex"]).rows[0].value == 2


def test_a_cancelled_course_takes_no_places(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    for cancelled in (None, 0, 1):
        finds.keep("courses", {}, {"planned_for": "2013-03", "planned_seats": 20, "is_cancelled": cancelled})
    assert figures(vault, own_tables["training_plan"], "2013", "2013").total == 2
    assert figures(vault, own_tables["training_seats"], "2013", "2013").total == 40


def test_an_incident_stands_under_each_of_its_categories_and_is_one(
    vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds
) -> None:
    further = [{"category": "FIR", "persons_count": 3}, {"category": "ASS", "persons_count": 2}]
    finds.keep("incidents", {"categories": further}, {"occurred_on": "2012-03-04", "main_category": "FIR"})
    found = figures(vault, own_tables["incidents"], by=["category"])
    assert {row.key[0]: row.value for row in found.rows} == {"FIR": 1, "ASS": 1}
    assert found.total == 1
    assert figures(vault, own_tables["incident_categories"]).total == 5


def test_contraband_keeps_its_units_apart(vault: Vault, own_tables: dict[str, TableDeclaration], finds: Finds) -> None:
    items = [item(None, "2", "PCS") | {"category": "PHO"}, item(None, "1.5", "L") | {"category": "BRA"}]
    for each in (*items, drug := item("OPI-HER", "1", "G") | {"category": "DRG"}):
        del each["weighed"]
    finds.keep("seizures", {"items": [*items, drug]}, {"seized_on": "2012-03-04"})
    found = figures(vault, own_tables["contraband"])
    assert (found.total, [(each.unit, each.value) for each in found.not_convertible]) == (2, [("L", Decimal("1.5"))])
    assert [each.name for each in found.not_counted] == ["drug"]


def test_no_table_speaks_of_a_field_that_identifies_a_person(own_tables: dict[str, TableDeclaration]) -> None:
    for table in own_tables.values():
        for dimension in table.dimensions:
            assert not (dimension.field and dimension.field.identifies), (table.name, dimension.name)


def test_every_table_file_is_read(own_tables: dict[str, TableDeclaration]) -> None:
    assert set(own_tables) == {path.stem for path in (RESOURCES / "tables").glob("*.toml")}


# Searches ordered on intelligence


def ordered(vault: Vault, result: str, day: str = "2013-03-05") -> str:
    """Save a report on which a search was ordered, with its *result*."""
    return str(report(vault, "К-1", day=day, action="SEA", search_result=result)["number"])


def test_the_share_of_ordered_searches_with_a_find(vault: Vault, own_tables: dict[str, TableDeclaration]) -> None:
    table = own_tables["intelligence_searches"]
    counted = [ordered(vault, result) for result in ("Y", "N", "N", "ND")]
    verdicts(vault, table, {"no_search": str(report(vault, "К-1")["number"])})
    found = figures(vault, table)
    assert (found.whole.records, found.whole.among, found.whole.shared) == (4, 3, 1)  # the last was not made yet
    assert found.whole.share == Decimal("33.3")
    assert [b.number for b in records_behind(vault, table)] == sorted(counted)


def test_the_share_of_each_row_is_of_its_own_records(vault: Vault, own_tables: dict[str, TableDeclaration]) -> None:
    for result, day in (("Y", "2012-05-05"), ("N", "2013-03-05"), ("ND", "2011-03-05")):
        ordered(vault, result, day)
    found = figures(vault, own_tables["intelligence_searches"], by=["year"])
    assert {figure.key[0]: figure.share for figure in found.rows} == {"2011": None, "2012": Decimal(100), "2013": Decimal(0)}


def test_the_share_is_written_with_what_it_is_a_share_of(vault: Vault, own_tables: dict[str, TableDeclaration]) -> None:
    for result in ("Y", "N", "N"):
        ordered(vault, result)
    found = figures(vault, own_tables["intelligence_searches"])
    lines = [line["ru"] for line in table_as_lines(found, vault.definitions.codes["units"])]
    assert any("С находкой" in line for line in lines)
    assert any("33,3 % (1 / 3)".replace(" ", "\u00a0") in line for line in lines)
    assert (
        table_as_json(found, "ru")["total"] | {"share": "33.3", "among": 3, "shared": 1} == table_as_json(found, "ru")["total"]
    )
