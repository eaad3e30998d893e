"""Files travel between programs of different versions: whatever only one of the two knows is neither lost nor in the way."""

import openpyxl
import pytest

from desktop.exchange.template import write_template
from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from tests.exchange.steps import GATE, LOADS, edit, enter, hand_off, place_of, put, take
from tests.sample import GATE_LOG, load_line, passage, write_sample

COLOUR = """
[[field]]
name = "colour"
kind = "text"
section = "passage"
required = true
label = { en = "Colour", ru = "Цвет", ky = "Түсү" }

[[rule]]
"""
GUARDS = """
[[lines]]
name = "guards"
label = { en = "Guards", ru = "Караул", ky = "Күзөт" }
[[lines.field]]
name = "post"
kind = "integer"
label = { en = "Post", ru = "Пост", ky = "Пост" }
"""


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """The gate log with one more column, required, and one more table of lines."""
    register = GATE_LOG.replace("\n[[rule]]\n", COLOUR, 1).replace(
        'name = "loads"\n', 'name = "loads"\n[[section]]\nname = "guards"\n', 1
    )
    return load(RESOURCES, write_sample(tmp_path_factory.mktemp("newer"), register + GUARDS))


def save(vault, **changes):
    lines = {"loads": [load_line()], "guards": [{"post": 7}]}
    saved = vault.records("gate_log").save(passage(**changes), lines, ready=True)
    assert saved.kept, saved.judgement.problems
    return saved


def test_what_a_newer_program_knows_more_is_kept_or_said(newer, make_vault, headquarters, stick):
    prison = make_vault("IK-01", own=newer)
    saved = save(prison, colour="синий")
    made = hand_off(prison, stick)
    plans, done = take(headquarters, made.path)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)
    assert (done[0].accepted, done[0].rejected) == (2, 1)
    assert "синий" in headquarters.records("gate_log").read(saved.record["uid"])[0]["extra"]
    assert [row.problems[0].text["en"] for row in plans[0].rows if row.verdict == "invalid"] == [
        "This program does not know this register yet"
    ]


def test_an_edit_is_seen_beside_columns_that_are_not_known(newer, make_vault, headquarters, stick):
    prison = make_vault("IK-01", own=newer)
    save(prison, colour="синий")
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 3, comment="дописано"))
    plans, _ = take(headquarters, made.path)
    assert plans[0].edited == ("gate_log",)
    assert plans[0].check_number != made.check_number


def test_the_same_file_gives_the_rest_once_headquarters_has_the_newer_program(newer, make_vault, headquarters, reopen, stick):
    prison = make_vault("IK-01", own=newer)
    saved = save(prison, colour="синий")
    change = prison.records("gate_log").save(saved.record | {"colour": "белый"}, saved.lines, ready=True, why="опечатка")
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    renewed = reopen(headquarters, newer)
    plans, done = take(renewed, made.path)
    assert (plans[0].edited, plans[0].check_number) == ((), made.check_number)
    assert (done[0].accepted, done[0].rejected) == (3, 0)
    record, lines = renewed.records("gate_log").read(change.record["uid"])
    assert (record["colour"], lines["guards"][0]["post"]) == ("белый", 7)


def test_a_file_of_an_older_program_merges_though_it_lacks_a_required_column(newer, prison, make_vault, stick):
    enter(prison)
    made = hand_off(prison, stick)
    headquarters = make_vault("HQ", own=newer)
    plans, done = take(headquarters, made.path)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)
    assert (done[0].accepted, done[0].rejected) == (2, 0)


def test_a_column_that_somebody_added_to_a_template_is_kept_and_handed_on(definitions, headquarters, stick):
    path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month="2013-03")

    def fill(book):
        put(book[GATE], 3, number="1", passed_on="28.3.13", direction="IN")
        put(book[LOADS], 3, record="1", cargo="мука")
        last = book[GATE].max_column + 1
        for row, value in ((1, "colour"), (2, "Цвет"), (3, "синий")):
            book[GATE].cell(row, last).value = value

    edit(path, fill)
    take(headquarters, path)
    (kept,) = headquarters.records("gate_log").all()
    assert "синий" in kept.record["extra"]
    sheet = openpyxl.load_workbook(hand_off(headquarters, stick).path)[GATE]
    assert sheet.cell(3, place_of(sheet, "colour")).value == "синий"
