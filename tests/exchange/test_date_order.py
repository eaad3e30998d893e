"""Columns in which somebody wrote the month before the day: what may be two days is asked about, by merge and import."""

import datetime as dt

import pytest

from desktop.exchange.date_order import month_first
from desktop.exchange.foreign import ForeignImport
from desktop.exchange.matching import Matching
from desktop.exchange.template import write_template
from desktop.registers.states import DRAFT
from tests.exchange.steps import GATE, LOADS, MONTH, edit, enter, hand_off, put, take
from tests.exchange.test_foreign import grid_of, write


def rows_of(*cells, typed=()):
    found = month_first(dict(enumerate(cells)), typed=typed)
    return found and sorted(found.rows)


@pytest.mark.parametrize("example", ["03/28/2013", "3/28/13", "03.28.2013", "03-28-2013 14:00", "032813", "03282013", 112813.0])
def test_one_date_with_its_month_first_makes_the_others_of_its_column_doubtful(example):
    assert rows_of("04.03.2013", "05.05.2013", "28.03.2013", "2013-04-03", example, "040313", "05/03/13 г.") == [0, 5, 6]


@pytest.mark.parametrize(
    "harmless", ["28.03.2013", "31.13.2013", "2013-03-28", "март", "", None, 41361.0, "03.32.2013", "1/2/345"]
)
def test_without_such_a_date_nothing_is_asked(harmless):
    assert rows_of("04.03.2013", harmless) is None


def test_real_dates_are_doubtful_only_where_none_of_them_lies_after_the_twelfth():
    third, late = dt.date(2013, 4, 3), dt.date(2013, 3, 29)
    assert rows_of(third, "03/28/2013", typed=[0, 1]) == [0]
    assert rows_of(third, "03/28/2013", typed=[]) == []
    assert rows_of(third, late, "03/28/2013", "04/03/2013", typed=range(4)) == [3]


@pytest.fixture
def template(definitions, stick):
    def fill(*dates):
        path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)

        def work(book):
            for row, date in enumerate(dates, 3):
                put(book[GATE], row, number=str(row), passed_on=date, direction="Въезд", finds="DRG")
                put(book[LOADS], row, record=str(row), cargo="мука")

        edit(path, work)
        return path

    return fill


def test_a_merge_asks_about_every_date_of_the_column_that_may_be_two_days(template, headquarters):
    plans, _ = take(headquarters, template("04/03/2013", "03/28/2013", "03/03/2013"))
    problems = {row.row: [(p.cell[1:], p.value) for p in row.problems] for row in plans[0].rows if row.sheet == GATE}
    assert problems[3] == [("3", "04/03/2013")]
    assert problems[5] == []
    said = next(p for row in plans[0].rows for p in row.problems if p.value == "04/03/2013")
    assert "03/28/2013" in said.text["ru"]
    assert "2013-03-28" in said.advice["ru"]
    assert [item.record["passed_on"] for item in headquarters.records("gate_log").all()] == ["2013-03-03"]


def test_a_merge_without_the_month_first_reads_the_day_first(template, headquarters):
    take(headquarters, template("04/03/2013", "28/03/2013"))
    kept = {item.record["passed_on"] for item in headquarters.records("gate_log").all()}
    assert kept == {"2013-03-04", "2013-03-28"}


def test_what_a_program_wrote_beside_an_edited_date_is_sure(prison, headquarters, stick):
    enter(prison, passed_on="2013-03-04")
    enter(prison, passed_on="2013-03-05")
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 4, passed_on="03/28/2013"))
    plans, _ = take(headquarters, made.path)
    assert [row.row for row in plans[0].rows if row.problems and row.sheet == GATE] == [4]


def test_an_import_keeps_such_a_date_as_a_draft_to_be_asked_about(tmp_path, gate_log):
    rows = [[1, "04/03/2013", "Въезд"], [2, "03/28/2013", "Въезд"], [3, "05/05/2013", "Въезд"]]
    path = write(tmp_path / "журнал.xlsx", rows, ["№ п/п", "Дата въезда", "Направление движения"])
    found = ForeignImport(gate_log, grid_of(path))
    plan = found.preview(Matching({**found.guess().columns}))
    said = {one.rows[0]: [p.value for p in one.problems if p.cell.startswith("B")] for one in plan.planned}
    first = plan.sheet.first
    assert said == {first: ["04/03/2013"], first + 1: ["03/28/2013"], first + 2: []}
    found.run(plan)
    dates = {item.record["passed_on"]: item.record["state"] for item in gate_log.all()}
    assert dates.get(None) == DRAFT
    assert "2013-03-04" not in dates
    assert "2013-05-05" in dates
