"""Whatever a record of any register holds, it comes back from a workbook as it left, and is judged there as in the form."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.exchange.handoff import build
from desktop.exchange.layout import canonical, sheets
from desktop.exchange.reading import parse, read_source
from desktop.exchange.rows import gather, read_tables
from desktop.exchange.workbook import Cover
from desktop.registers.declarations import load
from desktop.registers.kinds import MILLIONTHS, Reading
from desktop.registers.register import LONGEST_NOTE
from desktop.registers.rules import Judge

DEFINITIONS = load()
TODAY = dt.date(2013, 4, 1)
READING = Reading(TODAY, dict(DEFINITIONS.codes))
LENGTH = {"day": 10, "month": 7, "year": 4}
MOST = 10**9


def values(f):
    """Give values of *f* as the store keeps them, within its declared limits and a little beyond."""
    low, high = f.min if f.min is not None else -MOST, f.max if f.max is not None else MOST
    codes = list(DEFINITIONS.codes[f.codes].codes) if f.codes else []
    days = st.dates(dt.date(1880, 1, 1), dt.date(2199, 12, 31)).map(dt.date.isoformat)
    lengths = [LENGTH[f.precision]] if f.coarse else [n for n in (10, 7, 4) if n >= LENGTH[f.precision]]
    match f.kind_name:
        case "text" | "note":
            longest = min(f.length if f.kind_name == "text" else LONGEST_NOTE, 300)
            return st.text(max_size=longest).map(lambda text: f.kind.read(text, f, READING))
        case "integer":
            return st.integers(int(low) - 1, int(high) + 1)
        case "decimal":
            step = MILLIONTHS // 10**f.digits
            return st.integers(int(low * MILLIONTHS) // step, int(high * MILLIONTHS) // step).map(lambda n: n * step)
        case "date":
            return st.builds(lambda day, length: day[:length], days, st.sampled_from(lengths))
        case "time":
            return st.times().map(lambda time: f"{time:%H:%M}")
        case "yes_no":
            return st.sampled_from([0, 1])
        case "choice":
            return st.sampled_from(codes)
        case "choices":
            return st.lists(st.sampled_from(codes), min_size=1, unique=True).map(
                lambda chosen: " ".join(code for code in codes if code in chosen)
            )
        case "reference":
            return st.integers(1, 9999).map(lambda n: f"IK-01-X-2013-{n:04}")
    raise AssertionError(f.kind_name)


def rows(table):
    """Give rows of *table* with any of its fields filled; what identifies a person or is computed stays out."""
    asked = {f.name: st.none() | values(f) for f in table.fields if f.is_given and not f.identifies}
    return st.fixed_dictionaries(asked).map(lambda row: {name: value for name, value in row.items() if value is not None})


def records(register):
    lines = {table.name: st.lists(rows(table), max_size=2) for table in register.lines}
    return st.tuples(rows(register), st.fixed_dictionaries(lines))


def through_a_workbook(register, record, lines):
    """Write a record as a hand-off does, and read it again."""
    number = "IK-01-X-2013-0001"
    own = [{"uid": "6d2f1c3e-8a34-4b7f-9a67-4d7074657221", "number": number, "state": "SUBMITTED", "revision": 1} | record]
    wanted = [sheet for sheet in sheets(DEFINITIONS, register.zone) if sheet.table in list(register.tables)]
    tables = [
        (sheet, own if sheet.table is register else [
            {"uid": f"6d2f1c3e-8a34-4b7f-9a67-4d707465{n:04}", "record": number} | line
            for n, line in enumerate(lines[sheet.table.name])
        ])
        for sheet in wanted
    ]  # fmt: skip
    with TemporaryDirectory() as folder:
        path = Path(folder) / "книга.xlsx"
        path.write_bytes(build(READING, tables, {"language": "ru", "month": "2013-03"}, Cover("", [], "", [], [])))
        parsed = parse(read_source(path))
    assert parsed.refused is None
    read = read_tables(parsed, wanted, READING)
    assert [table.digests for table in read] == [sheet.digests(rows) for sheet, rows in tables]
    (item,), lost = gather(read, "IK-01", "2013-03")
    assert lost == []
    return item


def entered(table, row):
    return {f.name: canonical(f, row[f.name]) for f in table.fields if f.is_given and row.get(f.name) is not None}


@pytest.mark.parametrize("name", DEFINITIONS.registers)
def test_a_record_comes_back_as_it_left_and_is_judged_as_in_the_form(name):
    register = DEFINITIONS.registers[name]
    judge = Judge(register, DEFINITIONS.codes, TODAY)

    @settings(max_examples=12, deadline=None, derandomize=True, database=None)
    @given(records(register))
    def holds(drawn):
        record, lines = drawn
        item = through_a_workbook(register, record, lines)
        assert [read.problems for read in item.reads] == [[]] * (1 + sum(map(len, lines.values())))
        back = {table: [read.values for read in item.lines.get(table, ())] for table in lines}
        assert entered(register, item.own.values) == entered(register, record)
        for table in register.lines:
            assert [entered(table, row) for row in back[table.name]] == [entered(table, row) for row in lines[table.name]]
        here, there = judge.judge(dict(record), lines), judge.judge(dict(item.own.values), back)
        assert [problem.key for problem in there.problems] == [problem.key for problem in here.problems]

    holds()
