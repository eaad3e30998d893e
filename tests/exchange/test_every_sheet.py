"""What must hold for the sheet of every register, the moment its file exists."""

from collections import Counter
from dataclasses import replace

import openpyxl
import pytest

from desktop.exchange.layout import sheets
from desktop.exchange.reading import parse, read_source
from desktop.exchange.rows import read_tables
from desktop.exchange.sealed import must_be_sealed
from desktop.exchange.template import write_template
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from tests.exchange.samples import tables_of, write_sample_book

ZONES = load().zones
NOT_BY_HAND = ("state", "void_reason")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_of_a_sheet_are_all_different(zone, language, definitions):
    for sheet in sheets(definitions, zone):
        counted = Counter(sheet.heading(f, language).removesuffix("\u00a0*").casefold() for f in sheet.columns)
        assert counted.most_common(1)[0][1] == 1, (sheet.name, counted.most_common(2))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_sheet_is_read_as_it_was_written(zone, language, definitions, tmp_path):
    tables = tables_of(definitions, zone)
    reading = write_sample_book(tmp_path / "книга.xlsx", definitions, tables, language)
    parsed = parse(read_source(tmp_path / "книга.xlsx"))
    assert parsed.refused is None
    for table, (sheet, rows) in zip(read_tables(parsed, [sheet for sheet, _ in tables], reading), tables, strict=True):
        assert [read.problems for read in table.rows] == [[]] * len(rows)
        assert [read.values for read in table.rows] == rows
        assert table.digests == sheet.digests(rows)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_alone_are_enough_to_know_the_columns(zone, language, definitions, tmp_path):
    tables = tables_of(definitions, zone)
    reading = write_sample_book(tmp_path / "книга.xlsx", definitions, tables, language)
    parsed = parse(read_source(tmp_path / "книга.xlsx"))
    nameless = {title: replace(grid, rows=[["" for _ in grid.rows[0]], *grid.rows[1:]]) for title, grid in parsed.grids.items()}
    found = read_tables(
        replace(parsed, grids=nameless | {"_meta": parsed.grids["_meta"]}, names={}), [sheet for sheet, _ in tables], reading
    )
    assert [[read.values for read in table.rows] for table in found] == [rows for _, rows in tables]


@pytest.mark.parametrize("zone", [zone for zone in ZONES if not must_be_sealed(load(), zone)])
def test_every_choice_of_a_template_has_its_drop_down(zone, definitions, tmp_path):
    path = write_template(definitions, zone, tmp_path / "шаблон.xlsx", prison="IK-01", month="2013-03", language="ky")
    book = openpyxl.load_workbook(path)
    titles = {row[0].value: row[1].value for row in book["_meta"].iter_rows()}
    for sheet in sheets(definitions, zone):
        page = book[titles[f"sheet.{sheet.name}"]]
        offered = {
            column: v.formula1 for v in page.data_validations.dataValidation for column in str(v.sqref).split() if v.formula1
        }
        for cell in page[1]:
            f = sheet.names[cell.value]
            if f.codes and f.is_given and f.name not in NOT_BY_HAND:
                assert offered[f"{cell.column_letter}3:{cell.column_letter}1048576"] == f"lst_{f.codes}"
                assert choices_of(book, f.codes) == [
                    definitions.codes[f.codes].show(code, "ky")
                    for code, row in definitions.codes[f.codes].codes.items()
                    if row.is_valid("2013-03")
                ]


def choices_of(book, code_list):
    place = book.defined_names[f"lst_{code_list}"].attr_text
    return [row[0].value for row in book["_lists"][place.partition("!")[2].replace("$", "")]]
