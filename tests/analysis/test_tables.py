"""The engine of the national tables, over a vault small enough to reckon by hand."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from desktop.analysis.declarations import TableDeclaration
from desktop.analysis.tables import Figures, explain, figures, load_tables, records_behind
from desktop.registers.declarations import Definitions, load
from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import AppError
from desktop.store.vault import Vault, create_vault
from tests.analysis.conftest import Finds, item

Tables = Mapping[str, TableDeclaration]


def by_key(found: Figures) -> dict[object, Decimal]:
    """Give the rows of a table broken down by one thing."""
    return {row.key[0]: row.value for row in found.rows}


def left_out(found: Figures) -> dict[str, tuple[int, int]]:
    """Give records and lines by the name of the reason that keeps them out."""
    return {each.name: (each.records, each.lines) for each in (*found.doubtful, *found.not_counted)}


def test_mixed_units_add_up_exactly(vault: Vault, tables: Tables, finds: Finds) -> None:
    """3 254 g out of kilograms, grams and milligrams, where floats would leave a remainder."""
    finds.add(item("CAN-RES", "3", "KG"), item("OPI-HER", "0.1", "G"), item("OPI-HER", "0.2", "G"))
    finds.add(item("CAN-RES", "253.699999", "G"), item("OPI-HER", "0.001", "MG"))
    found = figures(vault, tables["weight"])
    assert found.total == Decimal("3.254")
    assert by_key(found) == {"CAN-RES": Decimal("3.253699999"), "OPI-HER": Decimal("0.000300001")}
    assert (found.whole.records, found.whole.lines) == (2, 5)


def test_many_small_weights_leave_no_remainder(vault: Vault, tables: Tables, finds: Finds) -> None:
    """A tenth of a gram ten thousand times is a kilogram."""
    finds.add(*(item("OPI-HER", "0.1", "G") for _ in range(10_000)))
    assert figures(vault, tables["weight"]).total == 1


def test_one_changed_weight_moves_the_total_by_exactly_that(vault: Vault, tables: Tables, finds: Finds) -> None:
    """The total is nothing but its records."""
    finds.add(item("OPI-HER", "12.5", "G"), item("CAN-RES", "700", "G"))
    before = figures(vault, tables["weight"])
    finds.add(item("OPI-HER", "0.000001", "G"))
    after = figures(vault, tables["weight"])
    assert after.total - before.total == Decimal("0.000000001")
    assert by_key(after)["OPI-HER"] - by_key(before)["OPI-HER"] == Decimal("0.000000001")
    assert by_key(after)["CAN-RES"] == by_key(before)["CAN-RES"]


def test_what_does_not_convert_stands_on_its_own(vault: Vault, tables: Tables, finds: Finds) -> None:
    """Ampoules have no weight; nor have tablets of which nobody says how heavy they are."""
    finds.add(
        item("OPI-HER", "3", "AMP"), item("OPI-HER", "2", "G"), item("SED-DIA", "20", "TAB"), item("ATS-MDM", "10", "TAB")
    )
    finds.add(item("OPI-HER", "4", "AMP"))
    found = figures(vault, tables["weight"])
    assert found.total == Decimal("0.0047")
    assert by_key(found) == {"OPI-HER": Decimal("0.002"), "ATS-MDM": Decimal("0.0027")}
    assert {f.unit: (f.value, f.records) for f in found.not_convertible} == {"AMP": (7, 2), "TAB": (20, 1)}
    assert {(f.key[0], f.unit) for f in found.rows_not_convertible} == {("OPI-HER", "AMP"), ("SED-DIA", "TAB")}
    assert [b.value for b in records_behind(vault, tables["weight"], unit="AMP")] == [3, 4]


def test_every_reason_is_named_and_counted(vault: Vault, tables: Tables, finds: Finds) -> None:
    """Counted, doubtful and not counted together are all there is."""
    finds.add(item("OPI-HER", "1", "G"), item("OPI-HER", "5", "G", "GRO"), item("OPI-HER", "2", "AMP", "GRO"))
    finds.add(item("OPI-HER", "0", "G", "TRC"), item("OPI-HER", "", "G"), item("OPI-HER", "1", None))
    finds.add(item("OPI-HER", "1", "G"), state="DRAFT", found_on=None)
    finds.add(item("OPI-HER", "1", "G"), state="VOID")
    finds.add(item("OPI-HER", "1", "G"), state="FROM-A-NEWER-PROGRAM")
    finds.add()
    finds.add(item("OPI-HER", "1", "G"), found_on="2012")
    found = figures(vault, tables["weight"], "2012-01", "2012-06")
    assert (found.total, found.whole.lines) == (Decimal("0.001"), 1)
    assert left_out(found) == {
        "gross": (1, 2), "no_amount": (1, 2), "no_date": (1, 1), "traces": (1, 1), "state.DRAFT": (1, 1),
        "state.VOID": (1, 1), "state": (1, 1), "no_lines": (1, 1),
    }  # fmt: skip
    assert {each.name for each in found.doubtful} == {"gross", "no_amount", "no_date"}
    gross = next(each for each in found.doubtful if each.name == "gross")
    assert gross.amounts == {"KG": Decimal("0.005"), "AMP": 2}
    assert all(each.text[language] for each in (*found.doubtful, *found.not_counted) for language in LANGUAGES)
    assert figures(vault, tables["weight"], "2012", "2012").total == Decimal("0.002")


def test_the_laboratory_overrules_the_field(vault: Vault, tables: Tables, finds: Finds) -> None:
    """An amount declared `instead` counts where its condition holds."""
    number = finds.add(item("OPI-HER", "12", "G", confirmed=1, lab_grams=11_250_000), item("OPI-HER", "1", "KG", confirmed=0))
    assert figures(vault, tables["weight"]).total == Decimal("1.01125")
    assert [e.contribution["ru"] for e in explain(vault, tables["weight"], number) if e.contribution] == [
        "11,25 г → 0,01125 кг", "1 кг",
    ]  # fmt: skip


def test_the_records_behind_a_figure_add_up_to_it(vault: Vault, tables: Tables, finds: Finds) -> None:
    """Click a number, see its records."""
    finds.add(item("OPI-HER", "1", "G"), item("OPI-HER", "2", "KG"), item("CAN-RES", "7", "G"))
    finds.add(item("OPI-HER", "3", "MG"), prison="IK-02", found_on="2012-06-01")
    finds.add(item("OPI-HER", "5", "G", "GRO"), prison="IK-02", found_on="2011-06-01")
    for by in (["substance"], ["group", "prison"], ["region"], ["month"], ["year", "substance"]):
        found = figures(vault, tables["weight"], "2011", "2012", by=by)
        assert sum(row.value for row in found.rows) == found.total == Decimal("2.008003")
        for row in found.rows:
            behind = records_behind(vault, tables["weight"], "2011", "2012", dict(zip(by, row.key, strict=True)))
            assert sum(b.value for b in behind) == row.value
            assert len(behind) == row.records
            assert sum(b.lines for b in behind) == row.lines
    assert [b.number for b in records_behind(vault, tables["weight"], reason="gross")] == ["F-0003"]


def test_a_table_can_be_kept_to_one_prison(vault: Vault, tables: Tables, finds: Finds) -> None:
    """`where` narrows a table down by any of its dimensions."""
    finds.add(item("OPI-HER", "1", "G"))
    finds.add(item("OPI-HER", "2", "G"), prison="IK-02")
    assert figures(vault, tables["weight"], where={"prison": "IK-02"}).total == Decimal("0.002")
    assert figures(vault, tables["weight"], where={"region": "KG-C"}).total == Decimal("0.001")


def test_months_and_codes_are_labelled(vault: Vault, tables: Tables, finds: Finds) -> None:
    """Figures come in the order of their lists, with their words; what is not stated comes last."""
    finds.add(item("OPI-HER", "1", "G"), item("CAN-RES", "1", "G"), item(None, "1", "G"))
    found = figures(vault, tables["weight"], by=["month", "substance"])
    assert [[label["ru"] for label in row.labels] for row in found.rows] == [
        ["05.2012", "Гашиш"], ["05.2012", "Героин"], ["05.2012", "не указано"],
    ]  # fmt: skip


def test_a_record_is_counted_once_whatever_its_lines(vault: Vault, tables: Tables, finds: Finds) -> None:
    """Cases are counted, not their items; a case found in two ways stands under both, and is one in the total."""
    finds.add(item("OPI-HER", "1", "G"), item("CAN-RES", "1", "G"), case_opened=1, ways="DOG XRB")
    finds.add(item("OPI-HER", "1", "G"), case_opened=1, ways="DOG", found_on="2011-02-03")
    finds.add(item("OPI-HER", "1", "G"), case_opened=1, found_on="2011-02-03")
    finds.add(item("OPI-HER", "1", "G"), case_opened=0)
    finds.add(item("OPI-HER", "1", "G"))
    finds.add(item(None, "1", "G"), case_opened=1)
    found = figures(vault, tables["cases"])
    assert by_key(found) == {"2011": 2, "2012": 1}
    assert left_out(found) == {"no_case": (2, 2), "no_drug": (1, 1)}
    ways = figures(vault, tables["cases"], by=["ways"])
    assert (by_key(ways), ways.total) == ({"DOG": 2, "XRB": 1, None: 1}, 3)
    assert tables["cases"].by_name["ways"].label["en"] == "Found by"
    assert by_key(figures(vault, tables["cases"], by=["drugs"])) == {"OPI-HER": 3, "CAN-RES": 1}
    assert len(records_behind(vault, tables["cases"], key={"ways": "DOG"})) == 2
    assert len(records_behind(vault, tables["cases"], key={"ways": None})) == 1


def test_a_record_is_broken_down_by_the_record_it_refers_to(vault: Vault, tables: Tables, finds: Finds) -> None:
    """The sex of a patient stands with the patient, not with the case; what identifies a person is out of reach."""
    dog = finds.keep("dogs", {}, {"born_on": "2010-01-01", "sex": "F", "master": "Асанов"})
    finds.add(item("OPI-HER", "1", "G"), item("OPI-HER", "1", "G"), case_opened=1, dog=dog)
    finds.add(item("OPI-HER", "1", "G"), case_opened=1, dog="not here")
    assert by_key(figures(vault, tables["cases"], by=["dog_sex"])) == {"F": 1, None: 1}
    assert {each.name for each in tables["cases"].through} == {"dog_born_on", "dog_sex"}


def test_a_stock_is_averaged_over_months_and_added_over_prisons(vault: Vault, tables: Tables, finds: Finds) -> None:
    """A population of 100 in January and 110 in February is 105, not 210."""
    finds.add(found_on="2012-01-31", people=100)
    finds.add(found_on="2012-02-29", people=110)
    finds.add(found_on="2012-01-31", people=40, prison="IK-02")
    assert figures(vault, tables["people"]).total == 145
    assert by_key(figures(vault, tables["people"], by=["month"])) == {"2012-01": 140, "2012-02": 110}


def test_a_record_is_explained_line_by_line(vault: Vault, tables: Tables, finds: Finds) -> None:
    """Why is this record (not) counted?"""
    number = finds.add(
        item("OPI-HER", "12.5", "G"), item("OPI-HER", "1", "G", "TRC"), item("CAN-RES", "2", "KG", "GRO"),
        item("OPI-HER", "3", "AMP"), item("CAN-RES", "", "G"),
    )  # fmt: skip
    told = explain(vault, tables["weight"], number)
    assert [(e.line, e.verdict, e.reason and e.reason["ru"], e.contribution and e.contribution["ru"]) for e in told] == [
        (1, "counted", None, "12,5 г → 0,0125 кг"),
        (2, "not_counted", "Только следы", None),
        (3, "doubtful", "Взвешено с упаковкой", "2 кг"),
        (4, "counted", None, "3 амп.: в кг не пересчитывается, показано отдельно"),
        (5, "doubtful", "Не указано количество или единица измерения", None),
    ]
    assert told[0].title["en"] == "OPI-HER — Heroin"
    assert told[0].value == Decimal("0.0125")
    draft = finds.add(item("OPI-HER", "1", "G"), state="DRAFT")
    assert explain(vault, tables["weight"], draft)[0].verdict == "not_counted"
    assert explain(vault, tables["cases"], finds.add())[0].reason == tables["cases"].conditions[0].reason
    with pytest.raises(AppError, match="no record"):
        explain(vault, tables["weight"], "F-9999")


def test_a_record_of_another_month_is_said_to_be_outside(vault: Vault, tables: Tables, finds: Finds) -> None:
    number = finds.add(item("OPI-HER", "5", "G"), found_on="2012-05-04")
    only_year = finds.add(item("OPI-HER", "5", "G"), found_on="2012")

    def told(number: str, first: str, last: str) -> tuple[str, str | None]:
        (one,) = explain(vault, tables["weight"], number, first, last)
        return one.verdict, one.reason["en"] if one.reason else None

    assert told(number, "2012-05", "2012-05") == ("counted", None)
    assert told(number, "2012-06", "2013") == ("not_counted", "Its date is 05.2012: outside these months")
    assert told(only_year, "2013", "") == ("not_counted", "Its date is 2012: outside these months")
    assert told(only_year, "2012-06", "2012-07")[0] == "doubtful"


def test_an_unknown_dimension_is_refused_with_a_sentence(vault: Vault, tables: Tables) -> None:
    """Whoever types `--by yaer` is told what there is."""
    with pytest.raises(AppError, match="yaer"):
        figures(vault, tables["weight"], by=["yaer"])


def test_what_is_no_month_is_refused_with_a_sentence(vault: Vault, tables: Tables) -> None:
    """Nothing is counted over months that nobody meant."""
    with pytest.raises(AppError, match="2012-13"):
        figures(vault, tables["weight"], "2012-13")


SLIPS = [
    ("weight", "unit = ", "unite = ", "unknown word 'unite', did you mean 'unit'?"),
    ("weight", ', ky = "Салмак" }\nregister', " }\nregister", "'description' has no words for 'ky'"),
    ("weight", 'name = "weight"', 'name = "wait"', "the table is named 'wait' but its file 'weight'"),
    ("weight", 'register = "finds"', 'register = "find"', "register = 'find' is unknown, did you mean 'finds'?"),
    ("weight", 'lines = "items"', 'lines = "item"', "lines = 'item' is unknown, did you mean 'items'?"),
    ("weight", 'unit = "KG"', 'unit = "G"', "unit = 'G' must have 1 in the column 'kg' of units"),
    ("weight", 'sum = "quantity"', 'sum = "quantitty"', "measure: sum = 'quantitty' is unknown, did you mean 'quantity'?"),
    ("weight", 'convert = "kg"', 'convert = "kgs"', "measure: the code list 'units' has no column 'kgs', did you mean 'kg'?"),
    ("weight", '"kg_per_tablet"', '"kg_per_pill"', "'substances' has no column 'kg_per_pill'"),
    ("weight", "weighed = 'NET'", "weighed = 'NETT'", "when gross: check: 'NETT' is no code of weighed, did you mean 'NET'?"),
    ("weight", "weighed = 'NET'", "wieghed = 'NET'", "when gross: check: no such column: wieghed in: wieghed = 'NET'"),
    ("weight", "weighed = 'NET'", "weighed = 'NET') or (1", "when gross: check: brackets or quotes do not match"),
    ("weight", 'otherwise = "doubtful"', 'otherwise = "doubtfull"', "when gross: otherwise = 'doubtfull' is unknown"),
    ("weight", "code('substances'", "code('substance'", "dimension group: value: the code list 'substance' is unknown"),
    ("weight", "'group')", "'grup')", "dimension group: value: the code list 'substances' has no column 'grup'"),
    ("weight", 'default_by = ["substance"]', 'default_by = ["substanse"]', "names 'substanse', which is no dimension"),
    ("weight", 'name = "substance"', 'name = "year"', "dimension year: this name is used twice, or kept"),
    ("cases", 'through = ["dog"]', 'through = ["ways"]', "through names 'ways', which is no reference of finds"),
    ("cases", 'count = "records"', 'count = "lines"', "measure: count = 'lines' is unknown"),
    ("cases", 'count = "records"', 'count = "records"\nsum = "people"', "measure: says either count or sum"),
    ("cases", "[measure]", "[mesure]", "unknown word 'mesure', did you mean 'measure'?"),
    ("cases", "substance is not null", "substance is not 'HEROIN'", "when no_drug: check: 'HEROIN' is no code of substance"),
]


@pytest.mark.parametrize(("table", "right", "wrong", "sentence"), SLIPS, ids=[slip[3][:40] for slip in SLIPS])
def test_a_mistyped_table_is_refused_with_file_place_and_slip(
    folder: Path, definitions: Definitions, table: str, right: str, wrong: str, sentence: str
) -> None:
    """A slip is named the moment the file is read, for the person who typed it."""
    path = folder / "tables" / f"{table}.toml"
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(Exception, match=rf"^{table}\.toml: ") as refused:
        load_tables(definitions)
    assert sentence in str(refused.value)


@pytest.fixture(scope="module")
def own_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """Make an empty headquarters with the definitions of the program."""
    folder = tmp_path_factory.mktemp("own")
    with create_vault(folder, load(), prison="HQ", person="x", password="x", profile="cheapest") as vault:
        yield vault


def test_every_declared_table_runs_on_an_empty_vault(own_vault: Vault) -> None:
    """Each breaks down by each of its dimensions, and finds nothing."""
    tables = load_tables(own_vault.definitions)
    assert tables
    for table in tables.values():
        for name in table.by_name:
            found = figures(own_vault, table, "2010", "2012", by=[name])
            assert (found.rows, found.total) == ((), 0)
            assert records_behind(own_vault, table, key={name: "X"}) == []
