"""How a table reads in a terminal and in JSON: what is counted, what stands apart, what is left out and why."""

import json
from collections.abc import Mapping

from desktop.analysis.declarations import TableDeclaration
from desktop.analysis.tables import figures
from desktop.analysis.text import table_as_json, table_as_lines
from desktop.registers.labels import LANGUAGES
from desktop.store.vault import Vault
from tests.analysis.conftest import Finds, item

Tables = Mapping[str, TableDeclaration]


def printed(vault: Vault, table: TableDeclaration, language: str = "en", **words: object) -> list[str]:
    found = figures(vault, table, **words)  # type: ignore[arg-type]
    return [line[language] for line in table_as_lines(found, vault.definitions.codes["units"])]


def fill(finds: Finds) -> None:
    finds.add(item("CAN-RES", "1250", "G"), item("OPI-HER", "0.5", "G"), item("ATS-MDM", "10", "TAB"))
    finds.add(item("SED-DIA", "30", "TAB"), item("SED-DIA", "2", "AMP"), found_on="2011-06-02")
    finds.add(item("CAN-RES", "80", "G", "GRO"), item("OPI-HER", "", None, "TRC"))


def test_columns_are_aligned_with_the_total_below_and_what_does_not_convert_apart(
    vault: Vault, tables: Tables, finds: Finds
) -> None:
    fill(finds)
    assert printed(vault, tables["weight"]) == [
        "Weight · all months",
        "Weight",
        "",
        "Drug           Value  Records",
        "Hashish      1.25 kg        1",
        "Heroin     0.0005 kg        1",
        "MDMA       0.0027 kg        1",
        "Total      1.2532 kg        1",
        "",
        "Not converted, each unit apart:",
        "Diazepam  2 ampoules        1",
        "Diazepam  30 tablets        1",
        "Total     2 ampoules        1",
        "Total     30 tablets        1",
        "",
        "Doubtful, not in the total:",
        "Weighed with its packing  0.08 kg  1 record",
        "",
        "Not counted:",
        "Only traces  1 record",
    ]


def test_every_language_has_the_same_lines_in_its_own_words(vault: Vault, tables: Tables, finds: Finds) -> None:
    fill(finds)
    lines = table_as_lines(figures(vault, tables["weight"]), vault.definitions.codes["units"])
    assert all(set(line) == set(LANGUAGES) for line in lines)
    assert [line["ru"] for line in lines][3:5] == ["Наркотик   Значение  Записей", "Гашиш       1,25 кг        1"]


def test_a_table_without_a_breakdown_is_its_total(vault: Vault, tables: Tables, finds: Finds) -> None:
    fill(finds)
    assert printed(vault, tables["weight"], by=[])[3:7] == [
        "     Value  Records",
        " 1.2532 kg        1",
        "",
        "Not converted, each unit apart:",
    ]


def test_the_months_asked_for_stand_in_the_first_line(vault: Vault, tables: Tables) -> None:
    table = tables["weight"]
    asked = [("2012", "2012"), ("2012-03", "2012-11"), ("2012-03", None), (None, "2012-11")]
    assert [printed(vault, table, first=first, last=last)[0] for first, last in asked] == [
        "Weight · 2012", "Weight · 03.2012 – 11.2012", "Weight · 03.2012 – …", "Weight · … – 11.2012",
    ]  # fmt: skip


def test_nothing_to_count_is_a_total_of_nothing(vault: Vault, tables: Tables) -> None:
    assert printed(vault, tables["weight"])[3:] == ["Drug   Value  Records", "Total   0 kg        0"]


def test_a_record_under_several_values_is_said_to_be_one_in_the_total(vault: Vault, tables: Tables, finds: Finds) -> None:
    finds.add(item("CAN-RES", "1", "G"), case_opened=1, ways="DOG XRB")
    assert printed(vault, tables["cases"], by=["ways"])[3:] == [
        "Found by  Value  Records",
        "Dog           1        1",
        "X-ray         1        1",
        "Total         1        1",
        "A record stands under each of its values; in the total it is one.",
    ]


def test_the_object_holds_exact_numbers_codes_and_words(vault: Vault, tables: Tables, finds: Finds) -> None:
    fill(finds)
    found = table_as_json(figures(vault, tables["weight"], first="2012", by=["substance", "year"]), "ru")
    assert json.loads(json.dumps(found)) == found
    assert (found["table"], found["from"], found["to"], found["by"], found["unit"]) == (
        "weight", "2012", None, ["substance", "year"], "KG",
    )  # fmt: skip
    assert found["rows"][0] == {
        "key": {"substance": "CAN-RES", "year": "2012"}, "labels": {"substance": "Гашиш", "year": "2012"}, "value": "1.25",
        "unit": "KG", "records": 1, "lines": 1,
    }  # fmt: skip
    assert found["total"] == {"key": {}, "labels": {}, "value": "1.2532", "unit": "KG", "records": 1, "lines": 3}
    assert found["doubtful"] == [
        {"reason": "gross", "text": "Взвешено с упаковкой", "records": 1, "lines": 1, "amounts": {"KG": "0.08"}}
    ]


def test_what_does_not_convert_stands_apart_in_the_object(vault: Vault, tables: Tables, finds: Finds) -> None:
    fill(finds)
    found = table_as_json(figures(vault, tables["weight"], by=["group"]), "en")
    assert [(row["key"], row["unit"], row["value"]) for row in found["rows_not_convertible"]] == [
        ({"group": "SED"}, "AMP", "2"),
        ({"group": "SED"}, "TAB", "30"),
    ]
    assert [(row["unit"], row["value"]) for row in found["not_convertible"]] == [("AMP", "2"), ("TAB", "30")]
