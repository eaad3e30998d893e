"""A list leaves as it is filtered, in the chosen columns, naming nobody unless somebody means it; and the history knows."""

import csv
import datetime as dt
import io
import random
import shutil
import subprocess
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor
from desktop.demo.invent import Wish as Invented
from desktop.exchange.lists import CSV, XLSX, Column, Wish, offered, usual, write_list
from desktop.registers.declarations import load
from desktop.registers.kinds import Reading
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store.history import of_station
from desktop.store.records import Filter
from desktop.store.vault import create_vault
from tests.conftest import PASSWORD
from tests.exchange.steps import enter
from tests.sample import load_line
from tests.test_every_register import LAST_DAY, LAST_MONTH, MONTH, REGISTERS, _references

SECRET = "Канарейкин"


@pytest.fixture(scope="module")
def known():
    return load()


@pytest.fixture(scope="module")
def full(known, tmp_path_factory):
    """A prison with a ready record of every register, in which whatever may name a person names the canary."""
    folder = tmp_path_factory.mktemp("full") / "prison"
    with create_vault(folder, known, prison="IK-01", person=SECRET, password=PASSWORD, profile="cheapest") as vault:
        texts = {
            f.name: [f"{SECRET} {f.name}"]
            for register in known.registers.values()
            for table in register.tables
            for f in table.fields
            if f.identifies or f.kind_name == "note"
        }
        numbers = {}
        for register in sorted(known.registers.values(), key=lambda r: len(_references(r, known))):
            chance = Chance(random.Random(register.name), known.codes, texts, LAST_DAY, fills=0.9, known=numbers)
            wish = Invented(lines={table.name: [{}] for table in register.lines})
            record, lines = Inventor(vault.records(register.name), chance).invent(MONTH, wish, LAST_MONTH)
            saved = vault.records(register.name).save(record | {"remarks": SECRET}, lines, ready=True)
            assert saved.kept
            numbers[register.name] = [saved.record["number"]]
        yield vault


def everything(register, known, *, identified):
    """List all columns, or all that are not meant to name anybody."""
    return [c for c in offered(known, register) if identified or not (c.is_free_text or c.field.identifies)]


def content_of(paths):
    """Give all that a person or a program can read in the written files."""
    found = []
    for path in paths:
        if path.suffix == XLSX:
            with zipfile.ZipFile(path) as book:
                found += [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        else:
            found.append(path.read_text("utf-8-sig"))
    return "\n".join([*found, *(path.name for path in paths)])


def read_csv(path):
    """Give what the list says of itself, its headings, and its rows."""
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    return rows[0], rows[1], rows[2:]


def gate_columns(definitions, *names):
    by_key = {c.key: c for c in offered(definitions, definitions.registers["gate_log"])}
    return [by_key[name] for name in names]


@pytest.fixture
def export(prison, tmp_path):
    """Export the gate log in the columns of these names, and give what was written."""

    def write(*names, name="список.csv", wanted=None, may_identify=False, **words):
        wish = Wish(wanted or Filter(), gate_columns(prison.definitions, *names), **words)
        return write_list(prison.records("gate_log"), wish, tmp_path / name, may_identify=may_identify)

    return write


# Nobody is named


@pytest.mark.parametrize("suffix", [XLSX, CSV])
@pytest.mark.parametrize("name", REGISTERS)
def test_no_register_names_anybody_unless_it_is_meant(name, suffix, full, known, tmp_path):
    register, records = known.registers[name], full.records(name)
    for columns in (usual(known, register), everything(register, known, identified=False)):
        wish = Wish(Filter(text=SECRET), columns)
        written = write_list(records, wish, tmp_path / f"{name}{suffix}")
        assert written.records == 1
        content = content_of(written.paths)
        assert SECRET not in content
        assert records.all()[0].record["number"] in content


@pytest.mark.parametrize("name", REGISTERS)
def test_what_names_persons_leaves_only_with_a_reason_and_the_right_to_write(name, full, known, tmp_path):
    register, records = known.registers[name], full.records(name)
    columns = everything(register, known, identified=True)
    path = tmp_path / "список.xlsx"
    for wish, may, said in (
        (Wish(Filter(), columns), True, "names_persons"),
        (Wish(Filter(), columns, identified=True, why="суд"), False, "may_not"),
        (Wish(Filter(), columns, identified=True, why=" "), True, "why_needed"),
    ):
        with pytest.raises(AppError) as caught:
            write_list(records, wish, path, may_identify=may)
        assert caught.value.name == f"list_export.{said}"
        assert not path.exists()
    written = write_list(records, Wish(Filter(), columns, identified=True, why="суд"), path, may_identify=True)
    assert SECRET in content_of(written.paths)


def test_free_text_is_left_out_unless_it_is_chosen(prison, export):
    enter(prison, comment=f"приезжал {SECRET}", remarks=SECRET)
    register = prison.definitions.registers["gate_log"]
    assert {c.key for c in usual(prison.definitions, register)} & {"comment", "remarks", "driver"} == set()
    assert SECRET in content_of(export("number", "comment").paths)


def test_a_person_who_was_searched_for_is_not_in_what_the_list_says_of_itself(prison, export):
    enter(prison, driver=SECRET)
    wanted = Filter(text=SECRET, month="2013-03", states=("READY",))
    assert SECRET not in content_of(export("number", wanted=wanted).paths)
    told = read_csv(export("number", wanted=wanted).paths[0])[0][0]
    assert all(part in told for part in ("Журнал КПП", "Записей: 1", "март 2013", "Готово", "найдено поиском"))
    assert f"{dt.date.today():%d.%m.%Y}" in told
    named = export("number", "driver", wanted=wanted, identified=True, why="суд", may_identify=True)
    assert SECRET in read_csv(named.paths[0])[0][0]


def test_the_history_knows_what_left_and_why_but_no_value(prison, export):
    enter(prison, driver=SECRET)
    export("number", "loads.cargo")
    export("number", "driver", identified=True, why="запрос суда", may_identify=True)
    named, plain = of_station(prison.zone("security").connection, "export")
    assert (plain["register"], plain["why"]) == ("gate_log", None)
    assert plain["changes"] == {"records": 1, "columns": ["number", "loads.cargo"], "identified": False, "format": "csv"}
    assert (named["why"], named["changes"]["identified"]) == ("запрос суда", True)
    assert SECRET not in str([named, plain])
    assert [entry.label for entry in prison.zone("security").latest_history("ru", 2)] == ["Экспортировано"] * 2


def test_a_zone_whose_views_are_kept_keeps_exports_too(full, known, tmp_path):
    register = next(r for r in known.registers.values() if known.codes["zones"].codes[r.zone].column("keeps_views"))
    before = len(of_station(full.zone(register.zone).connection, "export"))
    write_list(full.records(register.name), Wish(Filter(), usual(known, register)), tmp_path / "список.xlsx")
    assert len(of_station(full.zone(register.zone).connection, "export")) == before + 1


# What is written


def test_a_list_is_what_the_filter_shows_in_its_order(prison, export):
    for day, direction in ((5, "IN"), (7, "OUT"), (6, "IN")):
        enter(prison, passed_on=f"2013-03-{day:02}", direction=direction, passed_at="09:05")
    enter(prison, passed_on="2013-02-01")
    wanted = Filter(month="2013-03", where={"direction": "IN"}, order="passed_on", descending=False)
    written = export("number", "passed_on", "direction", "passed_at", wanted=wanted)
    told, headings, rows = read_csv(written.paths[0])
    assert written.records == 2
    assert headings == ["№", "Дата", "Направление", "Время"]
    assert [row[1:] for row in rows] == [["05.03.2013", "Въезд", "09:05"], ["06.03.2013", "Въезд", "09:05"]]
    assert "Направление: Въезд" in told[0]


def test_a_search_on_the_other_keyboard_layout_exports_what_the_list_shows(prison, export):
    enter(prison, driver="Асанов")
    assert export("number", wanted=Filter(text="fcfyjd")).records == 1


@pytest.mark.parametrize(
    ("coded", "one", "several"),
    [
        ("labels", "Въезд", "Гашиш; Телефон"),
        ("codes", "IN", "DRG; PHO"),
        ("both", "IN — Въезд", "DRG — Гашиш; PHO — Телефон"),
    ],
)
def test_codes_are_written_as_was_chosen(coded, one, several, prison, export):
    enter(prison, searched=1, finds="DRG PHO")
    written = export("direction", "finds", "searched", coded=coded)
    assert read_csv(written.paths[0])[2] == [[one, several, "Да"]]


def test_numbers_of_csv_have_a_decimal_comma_and_every_digit(prison, export):
    loads = [load_line(weight=weight, pieces=pieces) for weight, pieces in ((12_500_000, -3), (1_000, 12345), (0, None))]
    enter(prison, loads=[*loads, load_line(weight=4_000_000_000)])
    written = export("total", "loads.weight", "loads.pieces")
    number = prison.records("gate_log").all()[0].record["number"]
    record, lines = written.paths
    assert lines.name == "список_loads.csv"
    assert read_csv(record)[2] == [["4012,501"]]
    assert read_csv(lines)[1] == ["Запись", "Вес, кг", "Штук"]
    assert read_csv(lines)[2] == [
        [number, "12,5", "-3"], [number, "0,001", "12345"], [number, "0", ""], [number, "4000", "1"],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+996 555", "-", "@имя"])
def test_csv_defuses_what_a_spreadsheet_would_work_out_and_nothing_else(text, prison, export):
    enter(prison, loads=[load_line(cargo=text, pieces=-1), load_line(cargo=f"мука {text}"), load_line(cargo='#1;"два"')])
    rows = read_csv(export("number", "loads.cargo", "loads.pieces").paths[1])[2]
    assert [row[1:] for row in rows] == [[f"'{text}", "-1"], [f"мука {text}", "1"], ['#1;"два"', "1"]]


def test_a_workbook_holds_real_dates_real_numbers_and_texts_that_are_no_formulas(prison, export):
    enter(prison, loads=[load_line(cargo="=1+1", weight=12_500_000)], passed_on="2013-03-28")
    written = export("number", "passed_on", "total", "month", "loads.cargo", "loads.weight", name="список.xlsx")
    book = openpyxl.load_workbook(written.paths[0])
    record, lines, about = book.worksheets
    assert (record.title, lines.title, about.title) == ("Журнал КПП", "Груз", "О списке")
    number = prison.records("gate_log").all()[0].record["number"]
    assert [cell.value for cell in record[2]] == [number, dt.datetime(2013, 3, 28), 12.5, "03.2013"]
    assert [(cell.value, cell.data_type) for cell in lines[2]] == [(number, "s"), ("=1+1", "s"), (12.5, "n")]
    assert (record.freeze_panes, record.auto_filter.ref, lines.freeze_panes) == ("B2", "A1:D2", "B2")
    assert record[1][0].font.bold
    assert {a.value: b.value for a, b in about.iter_rows()}["Записей"] == "1"


def test_an_empty_list_says_that_it_is_empty(export):
    told, headings, rows = read_csv(export("number", "passed_on").paths[0])
    assert ("Записей: 0" in told[0], headings, rows) == (True, ["№", "Дата"], [])
    assert openpyxl.load_workbook(export("number", name="пусто.xlsx").paths[0]).worksheets[0].max_row == 1


def test_lines_alone_are_no_list(export, tmp_path):
    with pytest.raises(AppError) as caught:
        export("loads.cargo")
    assert caught.value.name == "list_export.no_columns"
    assert list(tmp_path.glob("*.csv")) == []


def test_where_one_file_cannot_be_written_none_is_left(prison, export, tmp_path):
    enter(prison)
    (tmp_path / "список_loads.csv").mkdir()
    with pytest.raises(AppError):
        export("number", "loads.cargo")
    assert [path.name for path in tmp_path.glob("*.csv") if path.is_file()] == []


def test_a_new_list_replaces_no_lines_of_another(prison, tmp_path):
    enter(prison)
    columns = offered(prison.definitions, prison.definitions.registers["seizures"])
    wish = Wish(Filter(), [c for c in columns if not c.field.identifies and not c.is_free_text])
    records, path = prison.records("seizures"), tmp_path / "список.csv"
    written = write_list(records, wish, path)
    beside = written.paths[-1]
    path.unlink()
    beside.write_bytes(b"of another list")
    with pytest.raises(AppError) as caught:
        write_list(records, wish, path)
    assert caught.value.name == "list_export.lies_there"
    assert (beside.read_bytes(), path.exists()) == (b"of another list", False)
    path.touch()  # as the person who chose to replace it saw it
    assert write_list(records, wish, path).paths == written.paths


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_of_every_register_is_offered_once_those_of_the_list_first(name, known):
    register = known.registers[name]
    columns = offered(known, register)
    keys = [c.key for c in columns]
    assert len(keys) == len(set(keys))
    shown = [one for one in register.list if one not in register.lines_by_name]
    assert keys[: len(shown)] == shown
    fields = {f.name for f in register.fields} | {f"{t.name}.{f.name}" for t in register.lines for f in t.fields}
    assert fields <= set(keys)
    assert usual(known, register)[0].key == register.list[0]


@pytest.mark.parametrize("coded", ["labels", "codes", "both"])
@pytest.mark.parametrize("name", REGISTERS)
def test_every_value_of_csv_reads_back_as_it_is_kept(name, coded, full, known, tmp_path):
    """What a person copies out of the list, the form takes again."""
    register, records = known.registers[name], full.records(name)
    columns = [Column(f) for f in register.fields] + [Column(f, t.name) for t in register.lines for f in t.fields]
    wish = Wish(Filter(), columns, coded, identified=True, why="проверка")
    written = write_list(records, wish, tmp_path / "список.csv", may_identify=True)
    reading = Reading(full.zone(register.zone).today, dict(known.codes))
    (item,) = records.all()
    tables = [(register.fields, [item.record], 0)]
    tables += [(table.fields, item.lines[table.name], 1) for table in register.lines]
    for (fields, stored, first), path in zip(tables, written.paths, strict=True):
        for kept, row in zip(stored, read_csv(path)[2], strict=True):
            for f, text in zip(fields, row[first:], strict=True):
                labelled = coded == "labels" and f.codes and _shared(known.codes[f.codes])
                if not labelled:
                    assert f.kind.read(text.removeprefix("'"), f, reading) == kept[f.name], f.name


def _shared(codes):
    """Tell whether two codes of a list bear the same label, which then names neither."""
    labels = [row.label["ru"] for row in codes.codes.values()]
    return len(labels) != len(set(labels))


# Excel's relative


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: apt-get install libreoffice-calc")
def test_libreoffice_reads_the_same_values_of_csv_and_of_the_workbook(prison, export, tmp_path):
    enter(
        prison, loads=[load_line(cargo="=1+1", weight=12_500_000), load_line(cargo="+996", pieces=-3)], comment="а\nб; «ң ө ү»"
    )
    names = ("number", "passed_on", "total", "comment", "loads.cargo", "loads.weight", "loads.pieces")
    paths = [*export(*names, name="список.csv").paths, *export(*names, name="книга.xlsx").paths]
    for path in paths:
        # Field separator ; text quote " UTF-8, from row 1, Russian as an Excel there takes it, numbers recognised.
        options = ["--infilter=CSV:59,34,76,1,,1049,false,true"] if path.suffix == CSV else []
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", *options,
                   "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "again", path]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    number = prison.records("gate_log").all()[0].record["number"]
    record = [number, dt.datetime(2013, 3, 28), 25, "а\nб; «ң ө ү»"]
    lines = [[number, "=1+1", 12.5, 1], [number, "+996", 12.5, -3]]
    again = [openpyxl.load_workbook(tmp_path / "again" / f"{path.stem}.xlsx").worksheets for path in paths]
    assert [cell.value for cell in again[0][0][3]] == record
    defused = [[a, f"'{b}", c, d] for a, b, c, d in lines]
    assert [[cell.value for cell in row] for row in again[1][0].iter_rows(min_row=3)] == defused
    assert [cell.value for cell in again[2][0][2]] == record
    assert [[cell.value for cell in row] for row in again[2][1].iter_rows(min_row=2)] == lines
    assert again[2][1]["B2"].data_type == "s"


def test_the_words_of_a_refusal_name_the_column(prison, tmp_path):
    wish = Wish(Filter(), gate_columns(prison.definitions, "number", "driver"))
    with pytest.raises(AppError) as caught:
        write_list(prison.records("gate_log"), replace(wish, language="ky"), tmp_path / "список.csv")
    assert caught.value.text == message("list_export.names_persons", label=wish.columns[1].field.label)
