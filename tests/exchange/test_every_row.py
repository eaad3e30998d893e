"""Whatever is done to a sheet, each of its rows is accepted, rejected with cell and reason, or blank, and the three add up."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.exchange.handoff import build, write_handoff
from desktop.exchange.layout import sheets
from desktop.exchange.merge import merge, plan_files
from desktop.exchange.reading import Parsed, parse, read_source
from desktop.exchange.rows import read_tables
from desktop.exchange.template import write_template
from desktop.exchange.workbook import Cover
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import Reading
from desktop.registers.labels import LANGUAGES
from desktop.store.vault import create_vault, open_vault
from tests.conftest import PASSWORD
from tests.exchange.steps import AS_IT_IS, GATE, LOADS, MONTH, enter
from tests.sample import load_line

HEADER = 2
SHEETS = (GATE, LOADS)


class Desk:
    """What the examples start from: an empty headquarters, a hand-off and a template filled in by hand, already read."""

    def __init__(self, definitions: Definitions, headquarters: Path, files: tuple[Parsed, Parsed]) -> None:
        self.definitions, self.headquarters, self.files = definitions, headquarters, files


@pytest.fixture(scope="module")
def desk(tmp_path_factory, definitions):
    folder = tmp_path_factory.mktemp("desk")
    words = {"person": "Бекова Г.", "password": PASSWORD, "profile": "cheapest"}
    create_vault(folder / "HQ", definitions, prison="HQ", **words).close()
    with create_vault(folder / "IK-01", definitions, prison="IK-01", **words) as vault:
        for n in range(4):
            enter(vault, loads=[load_line(weight=n * 1_000_000), load_line(cargo=f"груз {n}")], comment=f"строка {n}")
        made = write_handoff(vault, "security", MONTH, folder)
    template = write_template(definitions, "security", folder / "шаблон.xlsx", prison="IK-03", month=MONTH)
    return Desk(definitions, folder / "HQ", (parse(read_source(made.path)), fill(parse(read_source(template)))))


def fill(parsed: Parsed) -> Parsed:
    """Fill the template in as a person would."""
    columns = {title: [str(cell) for cell in parsed.grids[title].rows[0]] for title in SHEETS}
    rows = {
        GATE: [{"number": n, "passed_on": "28.3.13", "direction": "Въезд"} for n in (1, 2)],
        LOADS: [{"record": n, "cargo": "мука", "weight": 1.5} for n in (1, 1, 2)],
    }
    grids = {
        title: replace(
            parsed.grids[title],
            rows=parsed.grids[title].rows[:HEADER] + [[row.get(c, "") for c in columns[title]] for row in rows[title]],
        )
        for title in SHEETS
    }
    return replace(parsed, grids=parsed.grids | grids)


def words():
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def cells():
    """What a person, a spreadsheet or another program may leave in a cell."""
    return st.one_of(
        st.just(""),
        words(),
        st.sampled_from(
            ["IN", "Въезд", "OUT — Выезд", "12,5", "31.02.2013", "28.3.13", "да", "IK-01-G-2013-0001", "VOID", "DRAFT", "  "]
        ),
        st.floats(),
        st.integers(-(10**30), 10**30).map(float),
        st.booleans(),
        st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
        st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)),
        st.times(),
        st.timedeltas(dt.timedelta(0), dt.timedelta(days=9)),
    )


def damages():
    """List what is done to the rows below the headings: what, in which sheet, and where."""
    places = st.integers(0, 30)
    return st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.sampled_from(SHEETS), places, places, cells()),
            st.tuples(st.just("lose"), st.sampled_from(SHEETS), places, places),
            st.tuples(st.sampled_from(["copy", "delete", "blank", "empty"]), st.sampled_from(SHEETS), places, places),
        ),
        max_size=12,
    )


def damage(parsed: Parsed, done) -> Parsed:
    rows = {title: [list(row) for row in parsed.grids[title].rows] for title in SHEETS}
    lost = {title: set() for title in SHEETS}
    for what, title, down, across, *cell in done:
        below = rows[title][HEADER:]
        if not below:
            continue
        row, column = down % len(below), across % len(below[0])
        if what == "write":
            below[row][column] = cell[0]
        elif what == "lose":
            below[row][column] = ""
            lost[title].add((row + HEADER + 1, column))
        elif what == "copy":
            below.append(list(below[row]))
        elif what == "delete":
            del below[row]
        elif what == "blank":
            below.append([""] * len(below[0]))
        else:
            below[row] = [""] * len(below[0])
        rows[title][HEADER:] = below
    # A cell is lost where it stands at the end: rows that were deleted meanwhile took theirs along.
    lost = {
        title: {(row, column) for row, column in cells if row <= len(rows[title]) and rows[title][row - 1][column] == ""}
        for title, cells in lost.items()
    }
    grids = {title: replace(parsed.grids[title], rows=rows[title], lost=lost[title]) for title in SHEETS}
    return replace(parsed, grids=parsed.grids | grids)


def is_blank(grid, number):
    return not any(str(cell).strip() for cell in grid.rows[number - 1]) and number not in {row for row, _ in grid.lost}


def check_account(parsed, plan):
    grids = [parsed.grids[title] for title in SHEETS]
    numbers = [
        (grid.title, number, is_blank(grid, number)) for grid in grids for number in range(HEADER + 1, len(grid.rows) + 1)
    ]
    filled = {(title, number) for title, number, blank in numbers if not blank}
    assert plan.refused is None
    assert sorted((row.sheet, row.row) for row in plan.rows) == sorted(filled)
    assert plan.accepted + plan.rejected == len(filled)
    assert plan.blank == len(numbers) - len(filled)
    for row in plan.rows:
        assert bool(row.problems) == (row.verdict in ("invalid", "conflict"))
        for problem in row.problems:
            assert problem.cell
            assert all(problem.text[language] for language in LANGUAGES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(which=st.sampled_from([0, 1]), done=damages())
def test_the_three_add_up_and_merging_twice_changes_nothing(desk, which, done):
    parsed = damage(desk.files[which], done)
    with TemporaryDirectory() as folder:
        shutil.copytree(desk.headquarters, Path(folder) / "HQ")
        with open_vault(Path(folder) / "HQ", desk.definitions, PASSWORD) as vault:
            plans = plan_files(vault, [parsed])
            check_account(parsed, plans[0])
            merge(vault, plans, {plan.check_number: AS_IT_IS for plan in plans})
            kept = vault.records("gate_log").all()
            assert len(kept) == sum(row.verdict in ("new", "void") for row in plans[0].rows if row.sheet == GATE)
            assert sum(len(item.lines.get("loads", ())) for item in kept) == sum(
                row.verdict in ("new", "void") for row in plans[0].rows if row.sheet == LOADS
            )
            again = plan_files(vault, [parsed])
            check_account(parsed, again[0])
            assert not any(again[0].incoming.values())
            merge(vault, again)
            assert vault.records("gate_log").all() == kept


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(words(), min_size=1, max_size=6), amounts=st.lists(st.integers(0, 10**12), min_size=1, max_size=6))
def test_every_text_and_amount_arrives_as_it_left(desk, texts, amounts):
    reading = Reading(dt.date(2013, 4, 1), dict(desk.definitions.codes))
    gate, loads = (sheet for sheet in sheets(desk.definitions, "security") if sheet.name.startswith("gate_log"))
    note, line = gate.names["comment"].kind, loads.names["cargo"].kind
    left = [
        [{"uid": f"u{n}", "comment": note.read(text, gate.names["comment"], reading)} for n, text in enumerate(texts)],
        [{"uid": f"l{n}", "cargo": line.read(texts[0], loads.names["cargo"], reading), "weight": amount * 1_000}
         for n, amount in enumerate(amounts)],
    ]  # fmt: skip
    meta = {"language": "ru", "month": MONTH}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "книга.xlsx"
        path.write_bytes(build(reading, list(zip((gate, loads), left, strict=True)), meta, Cover("", [], "", [], [])))
        tables = read_tables(parse(read_source(path)), [gate, loads], reading)
    for table, rows in zip(tables, left, strict=True):
        assert [read.values for read in table.rows] == [{name: v for name, v in row.items() if v is not None} for row in rows]
        assert table.digests == table.sheet.digests(rows)
