"""What must hold for every register and code list, tested the moment its file exists; nothing here knows a field's name."""

import datetime as dt
import io
import random
import re

import openpyxl
import pytest

from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor, Wish
from desktop.exchange.handoff import write_handoff
from desktop.exchange.layout import sheets
from desktop.exchange.merge import merge, preview
from desktop.exchange.sealed import open_source
from desktop.registers.codes import read_codes
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.registers.register import Lines
from desktop.registers.resources import RESOURCES
from desktop.registers.rules import Judge
from desktop.store.records import Filter
from desktop.store.schema import columns
from desktop.store.vault import create_vault
from tests.meeting import meet
from tests.registers.probing import seen

REGISTERS = sorted(path.stem for path in (RESOURCES / "registers").glob("*.toml"))
CODE_LISTS = sorted((RESOURCES / "codes").glob("*.csv"), key=lambda path: path.stem)
MONTH, LAST_MONTH, LAST_DAY = "2012-03", "2013-03", dt.date(2013, 3, 31)
LONGEST_CORE = 14
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z]{3,}")
SECRET = "Канарейкин"


@pytest.fixture(scope="module")
def known():
    return load()


@pytest.fixture(scope="module")
def prison(known, tmp_path_factory):
    with create_vault(
        tmp_path_factory.mktemp("every") / "prison", known, prison="IK-01", person="Бекова Г.", password="п", profile="cheapest"
    ) as vault:
        yield vault


@pytest.fixture(scope="module")
def invented(prison, known):
    """One ready record of every register, those that others refer to first."""
    texts = {
        f.name: [f"{SECRET} {f.name}"] for r in known.registers.values() for t in r.tables for f in t.fields if f.identifies
    }
    found, numbers = {}, {}
    for register in sorted(known.registers.values(), key=lambda r: len(_references(r, known))):
        chance = Chance(random.Random(register.name), known.codes, texts, LAST_DAY, fills=0.35, known=numbers)
        wish = Wish(lines={table.name: [{}] for table in register.lines})
        record, lines = Inventor(prison.records(register.name), chance).invent(MONTH, wish, LAST_MONTH)
        found[register.name] = saved = prison.records(register.name).save(record, lines, ready=True)
        numbers[register.name] = [saved.record["number"]]
    return found


def _references(register, known):
    """Name all the registers that *register* refers to, through others too."""
    found, waiting = set(), {register.name}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= {f.register for t in known.registers[name].tables for f in t.fields if f.register} - found
    return found


@pytest.fixture(scope="module")
def merged(prison, known, invented, tmp_path_factory):
    """The headquarters vault after the hand-offs of the prison, and their files by zone."""
    folder = tmp_path_factory.mktemp("merged")
    with create_vault(folder / "hq", known, prison="HQ", person="Осмонов Т.", password="п", profile="cheapest") as vault:
        meet(prison, vault)
        files = {zone: write_handoff(prison, zone, MONTH, folder).path for zone in prison.zones}
        plans = preview(vault, list(files.values()))
        assert [p.refused for p in plans] == [None] * len(files)
        assert [(row.number, row.problems) for plan in plans for row in plan.rows if row.problems] == []
        merge(vault, plans)
        yield vault, files


@pytest.fixture(scope="module")
def judges(known):
    return {name: Judge(register, known.codes, LAST_DAY) for name, register in known.registers.items()}


def as_typed(saved, register):
    """Give the fields and lines of a saved record, without its header."""
    record = {f.name: saved.record.get(f.name) for f in register.fields}
    lines = {
        t.name: [{f.name: row.get(f.name) for f in t.fields} for row in saved.lines.get(t.name, [])] for t in register.lines
    }
    return record, lines


def texts_of(register):
    """List every text of a register with its place."""
    found = [("label", register.label), ("purpose", register.purpose)]
    found += [(f"section {s.name}", s.label) for s in register.sections if s.label]
    for table in register.tables:
        found.append((f"{table.name}, label", table.label))
        found += [(f"{table.name}, field {f.name}, label", f.label) for f in table.fields]
        found += [(f"{table.name}, field {f.name}, hint", f.hint) for f in table.fields if f.hint]
        found += [(f"{table.name}, rule {rule.name}", rule.text) for rule in table.all_rules]
    return found


@pytest.mark.parametrize("name", REGISTERS)
def test_every_text_is_there_in_its_own_language(name, known):
    for place, text in texts_of(known.registers[name]):
        assert set(text) == set(LANGUAGES), place
        assert all(text[language].strip() for language in LANGUAGES), place
        assert not CYRILLIC.search(text["en"]), f"{place}: Cyrillic in the English: {text['en']}"
        if place.endswith("purpose") or ", rule " in place:
            assert CYRILLIC.search(text["ru"]), place
            assert CYRILLIC.search(text["ky"]), place


@pytest.mark.parametrize("path", CODE_LISTS, ids=lambda path: path.stem)
def test_every_code_reads_back_from_its_code_its_labels_and_what_a_sheet_shows(path, known):
    listed = known.codes[path.stem]
    assert list(listed.codes) == list(read_codes([path]).codes)
    for code, row in listed.codes.items():
        for language in LANGUAGES:
            assert {listed.find(text) for text in (code, row.label[language], listed.show(code, language))} == {code}
        assert not CYRILLIC.search(row.label["en"]), code


@pytest.mark.parametrize("name", REGISTERS)
def test_the_stored_tables_are_those_declared(name, known, prison):
    register = known.registers[name]
    zone = prison.zone(register.zone)
    for table in register.tables:
        stored = zone.select("select name, type from pragma_table_info(?)", (table.table,))
        assert {row["name"]: row["type"] for row in stored} == {
            column: "INTEGER" if kind is int else "TEXT" for column, kind in columns(table).items()
        }
        made = zone.select("select sql from sqlite_master where name = ?", (table.table,))[0]["sql"]
        assert made.rstrip().upper().endswith("STRICT")


@pytest.mark.parametrize("name", REGISTERS)
def test_a_list_reads_well_and_the_form_begins_short(name, known, prison):
    register = known.registers[name]
    assert (register.list[0], register.list[-1]) == ("number", "state")
    assert 5 <= len(register.list) <= 7
    assert (RESOURCES / "icons" / f"{register.icon}.svg").is_file()
    records = prison.records(name)
    blank = records.blank()
    judgement = records.judge(blank, {})
    asked = [f.name for f in register.fields if not f.value and f.name not in judgement.not_asked]
    assert len(asked) <= LONGEST_CORE, asked
    for table in register.lines:
        line = {f.name: f.default for f in table.fields if f.default is not None}
        hidden = records.judge(blank, {table.name: [line]}).lines_not_asked.get((table.name, 0), set())
        assert len([f for f in table.fields if not f.value and f.name not in hidden]) <= LONGEST_CORE, table.name
    assert {p.rule for p in judgement.problems if p.rule.endswith((".asked", ".known", ".valid"))} == set()


@pytest.mark.parametrize("name", REGISTERS)
def test_an_invented_record_is_ready_and_found_again(name, known, prison, invented):
    register, saved = known.registers[name], invented[name]
    records = prison.records(name)
    assert saved.kept, [(p.rule, p.text["en"]) for p in saved.judgement.problems]
    assert saved.record["state"] == "READY"
    assert [row["uid"] for row in records.rows(records.search(Filter(text=saved.record["number"])))] == [saved.record["uid"]]
    searched = [f for f in register.fields if f.name in register.searched and saved.record.get(f.name)]
    for f in searched:
        value = str(saved.record[f.name])
        spoken = [known.codes[f.codes].codes[code].label["ky"] for code in value.split()] if f.codes else [value]
        for text in spoken:
            ids = records.search(Filter(text=text))
            assert saved.record["uid"] in {row["uid"] for row in records.rows(ids)}, f.name


def asks(table, f):
    """Make what tells whether *f* is asked in a record, or in the lines of it."""

    def tell(judgement, rows):
        if not isinstance(table, Lines):
            return [f.name not in judgement.not_asked]
        return [f.name not in judgement.lines_not_asked.get((table.name, n), set()) for n in range(len(rows[table.name]))]

    return tell


@pytest.mark.parametrize("name", REGISTERS)
def test_what_is_asked_on_a_condition_is_sometimes_asked_and_sometimes_not(name, known, judges, invented):
    register = known.registers[name]
    base = as_typed(invented[name], register)
    for table in register.tables:
        for f in table.fields:
            if f.ask_if:
                found = seen(judges[name], register, known.codes, f.ask_if, table, base, asks(table, f))
                assert set(found) == {True, False}, f"{table.name}.{f.name}: {f.ask_if}"


@pytest.mark.parametrize("name", REGISTERS)
def test_every_required_field_is_reported_when_it_is_missing(name, known, judges, invented):
    register = known.registers[name]
    base = as_typed(invented[name], register)
    for table in register.tables:
        for f in table.fields:
            if f.required:
                found = seen(judges[name], register, known.codes, f.ask_if or "1", table, base, asks(table, f))
                record, lines, _ = found[True]
                rows = lines[table.name] if isinstance(table, Lines) else [record]
                for row in rows:
                    row[f.name] = None
                problems = judges[name].judge(record, lines).problems
                assert f"{f.name}.required" in {p.rule for p in problems if p.severity == "error"}, f"{table.name}.{f.name}"


@pytest.mark.parametrize("name", REGISTERS)
def test_every_rule_can_be_kept_and_broken(name, known, judges, invented):
    register = known.registers[name]
    base = as_typed(invented[name], register)
    for table in register.tables:
        for rule in table.rules:
            lines = table.name if isinstance(table, Lines) else ""

            def broken(judgement, _, rule=rule, lines=lines):
                return [rule.name in {p.rule for p in judgement.problems if p.lines == lines}]

            found = seen(judges[name], register, known.codes, rule.check, table, base, broken, tries=6000)
            assert set(found) == {True, False}, f"{table.name}, {rule.name}: {rule.check}"


@pytest.mark.parametrize("name", REGISTERS)
def test_an_empty_record_is_judged_too(name, known, judges):
    register = known.registers[name]
    empty = ({}, {table.name: [{}] for table in register.lines})
    rules = {p.rule for p in judges[name].judge(*empty).problems}
    assert f"{register.counts_on}.required" in rules


@pytest.mark.parametrize("name", REGISTERS)
def test_a_record_arrives_at_headquarters_as_it_is(name, known, prison, invented, merged):
    register = known.registers[name]
    before, lines_before = prison.records(name).read(invented[name].record["uid"])
    after, lines_after = merged[0].records(name).read(before["uid"])
    kept = [f.name for f in register.fields if not f.identifies]
    header = ["number", "prison", "month", "state", "revision", "reasons"]
    assert {n: after[n] for n in [*header, *kept]} == {n: before[n] for n in [*header, *kept]}
    for table in register.lines:
        kept = ["uid", "position", *(f.name for f in table.fields if not f.identifies)]
        rows = [[row[n] for n in kept] for row in lines_after.get(table.name, [])]
        assert rows == [[row[n] for n in kept] for row in lines_before[table.name]]


@pytest.mark.parametrize("name", REGISTERS)
def test_what_identifies_a_person_stays_in_the_prison(name, known, prison, invented, merged):
    register = known.registers[name]
    hidden = {f.name for table in register.tables for f in table.fields if f.identifies}
    content = open_source(merged[0], merged[1][register.zone]).content
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    for sheet in (s for s in sheets(known, register.zone) if s.table in tuple(register.tables)):
        assert not hidden & {f.name for f in sheet.columns}
    cells = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell is not None]
    assert cells
    assert not [cell for cell in cells if SECRET in cell or cell in hidden]
    after, _ = merged[0].records(name).read(invented[name].record["uid"])
    assert all(after[n] is None for n in hidden & register.by_name.keys())
