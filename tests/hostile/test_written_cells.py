"""Whatever stands in a text, it stands in every workbook we write as this text: never a formula, never cut, never half written."""

import datetime as dt
import io

import openpyxl
import pytest

from desktop.exchange.book import Book
from desktop.exchange.handoff import build, due
from desktop.exchange.layout import sheets
from desktop.exchange.lists import Column, Wish, write_list
from desktop.exchange.merge import preview
from desktop.exchange.reading import parse, read_source
from desktop.exchange.rejected import write_rejected
from desktop.exchange.rows import read_tables
from desktop.exchange.template import write_template
from desktop.exchange.workbook import LONGEST_CELL, Cover
from desktop.registers.declarations import load
from desktop.registers.kinds import Reading
from desktop.registers.problems import AppError
from desktop.store.records import Filter
from tests.exchange.steps import GATE, MONTH, enter, hand_off, take
from tests.hostile.build import STRINGS, replaced
from tests.sample import load_line

LONGEST = "я" * LONGEST_CELL
WIDE = "😀" * (LONGEST_CELL // 2)  # two of Excel's characters each
NO_CHARACTERS = ["a\ud800b", "\udc00", "a\ufffeb\uffff"]
TEXTS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "'=1", '=HYPERLINK("http://example.org")', "=cmd|'/c calc'!A1", "{=1}", "\t=1",
    "\r=1", "a\r\nb", "a\nb", "\n\na", "  a  ", "a ", "#REF!", "#N/A", "TRUE", "1E5", "007", "28.03.2013", "mailto:a@b",
    "\x00a\x0bb\x1f", "😀 👩‍👩‍👧", "a\u202eb", "a\u200bb", "\ufeffa", "a\x7fb\x85c",
    "_x0041_", "_x000D_", "_x005F_x0041_", "_x0041_x0042_x0043_", "<r><t>x</t></r>", "<r></r>", "<r></si><si><t>x</t></r>",
    "&lt; &amp; &#10;", "<b>a</b>", "]]>", "ң ө ү", "и\u0306", LONGEST, WIDE + "a",
]  # fmt: skip
# openpyxl takes away the mark of an escape wherever it stands.
MISREAD_BY_OPENPYXL = "_x005F_"
DEFINITIONS = load()
READING = Reading(dt.date(2013, 4, 1), dict(DEFINITIONS.codes))


def as_read(f, text):
    return f.kind.read(text, f, READING)


def texts_of(sheet):
    return [f for f in sheet.columns if f.kind_name in ("text", "note") and f.is_given and f.name not in ("uid", "record")]


def cells_of(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {page.title: [list(row) for row in page.iter_rows()] for page in book.worksheets}


def no_formula(content):
    return not [cell for rows in cells_of(content).values() for row in rows for cell in row if cell.data_type in "fe"]


def hand_off_of(zone):
    """Give the sheets of *zone* with a row for each text, which stands in all columns that take words, and the workbook."""
    tables = []
    for sheet in sheets(DEFINITIONS, zone):
        rows = [
            {"uid": f"uid {n}"} | {f.name: as_read(f, text) for f in texts_of(sheet)} for n, text in enumerate(TEXTS)
        ]  # fmt: skip
        tables.append((sheet, rows))
    cover = Cover("=1+1", [("=1+1", "<r>+1</r>")], "@a", [("-1", "_x0041_")], ["=b"])
    return tables, build(READING, tables, {"language": "ru", "month": "2013-03"}, cover)


@pytest.mark.parametrize("zone", DEFINITIONS.zones)
def test_every_text_of_a_hand_off_comes_back_as_it_was_through_two_readers(zone, tmp_path):
    tables, content = hand_off_of(zone)
    assert no_formula(content)
    path = tmp_path / "книга.xlsx"
    path.write_bytes(content)
    pages, parsed = cells_of(content), parse(read_source(path))
    assert parsed.refused is None
    for table, (sheet, rows) in zip(read_tables(parsed, [sheet for sheet, _ in tables], READING), tables, strict=True):
        assert [{f.name: read.values.get(f.name) for f in texts_of(sheet)} for read in table.rows] == [
            {f.name: row[f.name] for f in texts_of(sheet)} for row in rows
        ]
        assert table.digests == sheet.digests(rows)
        for place, f in enumerate(sheet.columns):
            if f in texts_of(sheet):
                seen = [cells[place].value for cells in pages[table.title][2:]]
                pairs = [(row[f.name], cell) for row, cell in zip(rows, seen, strict=True)]
                assert [pair for pair in pairs if pair[0] != pair[1] and MISREAD_BY_OPENPYXL not in str(pair[0])] == []


def test_a_raw_text_is_read_by_our_reader_as_it_was_written(tmp_path):
    content = io.BytesIO()
    book = Book(content)
    page = book.add_worksheet()
    texts = [text for text in TEXTS if len(text) < 100]  # hundredfold repetition is what a bomb is known by
    for row, text in enumerate(texts + NO_CHARACTERS):
        assert page.write_string(row, 0, text) == 0
    book.close()
    (tmp_path / "книга.xlsx").write_bytes(content.getvalue())
    parsed = parse(read_source(tmp_path / "книга.xlsx"))
    assert parsed.refused is None
    (grid,) = parsed.grids.values()
    assert [row[0] for row in grid.rows] == [*texts, "a�b", "�", "a�b�"]
    assert no_formula(content.getvalue())


def test_texts_that_no_form_would_keep_are_handed_off_as_they_are_read(prison, headquarters, stick):
    short = [text for text in TEXTS if len(text) < 100]
    for text in short:
        enter(prison, comment=text, loads=[load_line(cargo=f"1{text}")])
    made = hand_off(prison, stick)
    plans, done = take(headquarters, made.path)
    assert (plans[0].edited, plans[0].check_number) == ((), made.check_number)
    assert (done[0].accepted, done[0].rejected) == (2 * len(short), 0)
    comment = prison.records("gate_log").register.by_name["comment"]
    kept = {item.record["comment"] for item in headquarters.records("gate_log").all()}
    assert kept == {as_read(comment, text) for text in short}


def enter_unjudged(prison, text):
    """Enter a text as an earlier program did, which did not judge how long it would be in a cell."""
    saved, records = enter(prison), prison.records("gate_log")
    sql = f"update {records.register.table} set comment = ? where uid = ?"
    prison.zone("security").connection.execute(sql, (text, saved.record["uid"]))


@pytest.mark.parametrize(("text", "fits"), [(WIDE + "a", True), (WIDE + "aa", False)], ids=["longest", "one more"])
def test_a_text_too_long_for_a_cell_is_refused_before_anything_is_written(prison, stick, text, fits):
    enter_unjudged(prison, text)
    if fits:
        assert parse(read_source(hand_off(prison, stick).path)).grids[GATE].rows[2].count(text) == 1
        return
    with pytest.raises(AppError) as refused:
        hand_off(prison, stick)
    assert "Nothing was written" in refused.value.text["en"]
    assert "Comment" in refused.value.text["en"]
    assert list(stick.iterdir()) == []
    assert [item.record["state"] for item in due(prison, "security", MONTH)["gate_log"]] == ["READY"]
    assert prison.zone("security").last_sent() is None


def test_a_list_keeps_every_text_or_is_not_written(prison, tmp_path):
    short = [text for text in TEXTS if text != LONGEST]
    for text in short:
        enter(prison, comment=text)
    records = prison.records("gate_log")
    wish = Wish(Filter(), [Column(records.register.by_name["comment"])])
    content = write_list(records, wish, tmp_path / "список.xlsx").paths[0]
    assert no_formula(content.read_bytes())
    grid = parse(read_source(content)).grids[GATE]
    assert sorted(row[0] for row in grid.rows[1:]) == sorted(short)
    enter_unjudged(prison, WIDE + "aa")
    with pytest.raises(AppError) as refused:
        write_list(records, wish, tmp_path / "другой.xlsx")
    assert "Nothing was written" in refused.value.text["en"]
    assert [path.name for path in tmp_path.glob("*.xlsx*")] == ["список.xlsx"]


def test_the_error_workbook_gives_every_text_back_as_it_was_sent(prison, headquarters, stick):
    for text in TEXTS:
        if text != LONGEST:
            enter(prison, comment=text)
    path = hand_off(prison, stick).path
    path.write_bytes(replaced(path.read_bytes(), STRINGS, "IN — Въезд", "=налево"))
    plans = preview(headquarters, [path])
    assert not plans[0].accepted
    write_rejected(plans, stick / "ошибки.xlsx", "ru")
    assert no_formula((stick / "ошибки.xlsx").read_bytes())
    sent, given_back = parse(read_source(path)), parse(read_source(stick / "ошибки.xlsx"))
    assert given_back.refused is None
    assert given_back.grids[GATE].rows[2:] == sent.grids[GATE].rows[2:]


def test_a_template_holds_no_formula(definitions, stick):
    path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)
    assert no_formula(path.read_bytes())
