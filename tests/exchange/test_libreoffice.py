"""Excel's relative opens, prints and saves the same workbook; it is installed where the whole suite runs (`.ci/run`)."""

import shutil
import subprocess

import openpyxl
import pytest

from desktop.exchange.merge import preview
from desktop.exchange.reading import parse, read_source
from desktop.exchange.rows import read_tables
from desktop.exchange.template import write_template
from desktop.registers.declarations import load
from tests.exchange.samples import tables_of, write_sample_book
from tests.exchange.steps import GATE, enter, hand_off, put, take
from tests.hostile.test_written_cells import LONGEST, TEXTS
from tests.meeting import meet
from tests.sample import load_line

pytestmark = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Convert a file as LibreOffice does when somebody saves it again, with a profile of its own."""
    profile = tmp_path_factory.mktemp("office")

    def convert(path, form):
        folder = path.parent / f"again {form}"
        command = [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            folder,
            path,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / path.with_suffix(f".{form}").name

    return convert


@pytest.mark.parametrize("through", [["xlsx"], ["xls", "xlsx"], ["ods", "xlsx"]], ids=" and ".join)
def test_a_file_saved_again_merges_the_same(through, prison, headquarters, stick, office):
    for n in range(5):
        loads = [load_line(weight=1_000 * (n + 1)), load_line(cargo="007"), load_line(cargo="=1+1", weight=None)]
        enter(
            prison,
            comment=f"строка {n}\n- ещё «ң ө ү»",
            loads=loads,
            passed_at="09:05",
            searched=n % 2,
            finds="DRG PHO" if n % 2 else None,
        )
    made = hand_off(prison, stick)
    (wanted,) = preview(headquarters, [made.path])
    path = made.path
    for form in through:
        path = office(path, form)
    plans, done = take(headquarters, path)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)
    assert plans[0].counts == wanted.counts == {"new": 20}
    assert (done[0].accepted, done[0].rejected, done[0].blank) == (20, 0, 0)
    plans, _ = take(headquarters, made.path)
    assert plans[0].known
    assert headquarters.records("gate_log").count() == 5


@pytest.mark.parametrize("through", [["xlsx"], ["xls", "xlsx"], ["ods", "xlsx"]], ids=" and ".join)
def test_a_signed_hand_off_saved_again_is_still_the_one_that_was_signed(through, prison, headquarters, stick, office):
    meet(prison, headquarters)
    long = "Ө" * 200
    odd = ["007", "1E5", "-0,5", "=1+1", "'ящик", "12.03", "TRUE", "да", "a_x0041_b", "10%", "№ 5 «ң»", "1 000", "#REF!", long]
    for n, weight in enumerate([0, 1_000, 100_000, 123_456_000, 1_234_567_000, None]):
        loads = [load_line(cargo=text, weight=weight, pieces=n or None) for text in odd[n * 3 : n * 3 + 3] or ["-"]]
        enter(prison, loads=loads, comment="\n".join([f"строка {n} <&>", *odd, "ө ұ " * 800]), passed_at="00:00",
              searched=n % 2, finds="DRG PHO" if n % 2 else None, passed_on="2013-03-01")  # fmt: skip
    made = hand_off(prison, stick)
    path = made.path
    for form in through:
        path = office(path, form)
    (plan,) = preview(headquarters, [path])
    assert (plan.signature.edits, plan.signature.unread, plan.signature.state) == ((), (), "resaved")


@pytest.mark.parametrize("zone", load().zones)
def test_every_column_of_every_sheet_survives(zone, definitions, tmp_path, office):
    tables = tables_of(definitions, zone)
    reading = write_sample_book(tmp_path / "книга.xlsx", definitions, tables, "ky")
    parsed = parse(read_source(office(tmp_path / "книга.xlsx", "xlsx")))
    assert parsed.refused is None
    for table, (sheet, rows) in zip(read_tables(parsed, [sheet for sheet, _ in tables], reading), tables, strict=True):
        assert [read.values for read in table.rows] == rows
        assert table.digests == sheet.digests(rows)


def test_a_template_filled_in_there_keeps_its_drop_downs_and_names_and_merges(definitions, headquarters, stick, office):
    path = office(write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month="2013-03"), "xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book[GATE]
    assert any("lst_directions" in str(v.formula1) for v in sheet.data_validations.dataValidation)
    assert "col_gate_log_direction" in book.defined_names
    assert (book["_meta"].sheet_state, book["_lists"].sheet_state, sheet.row_dimensions[1].hidden) == ("hidden", "hidden", True)
    put(sheet, 3, passed_on="28.3.13", direction="IN — Въезд")
    put(book["Журнал КПП - Груз"], 3, record="строка 3", cargo="мука")
    book.save(path)
    plans, done = take(headquarters, path)
    assert (done[0].accepted, done[0].rejected) == (0, 2)
    put(sheet, 3, number="1")
    put(book["Журнал КПП - Груз"], 3, record="1")
    book.save(path)
    plans, done = take(headquarters, path)
    assert (done[0].accepted, done[0].rejected) == (2, 0), plans[0].rows


def test_a_hand_off_prints_on_a_page_for_each_sheet_with_entries(prison, stick, office):
    enter(prison, loads=[load_line(), load_line()])
    printed = office(hand_off(prison, stick).path, "pdf").read_bytes()
    cover, gate, loads = 1, 1, 1
    assert printed.count(b"/Type/Page/Parent") == cover + gate + loads


# Of two escapes in a row LibreOffice writes one wrong: then the hand-off says that it was edited, and what was written at first.
MISWRITTEN = ["_x005F_x0041_", "_x0041_x0042_x0043_"]


def test_every_text_but_what_it_misspells_itself_is_the_same_when_it_is_saved_again(prison, headquarters, stick, office):
    for text in TEXTS:
        if text not in (LONGEST, *MISWRITTEN):
            enter(prison, comment=text)
    made = hand_off(prison, stick)
    again, meant = office(made.path, "xlsx"), parse(read_source(made.path)).grids[GATE]
    read = parse(read_source(again)).grids[GATE]
    place = read.rows[0].index("comment")
    assert [row[place] for row in read.rows[2:]] == [row[place] for row in meant.rows[2:]]
    plans, _ = take(headquarters, again)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)


@pytest.mark.parametrize("text", MISWRITTEN)
def test_a_text_that_it_misspells_is_named_as_edited(prison, headquarters, stick, office, text):
    enter(prison, comment=text)
    (plan,) = preview(headquarters, [office(hand_off(prison, stick).path, "xlsx")])
    assert plan.edited == ("gate_log",)
