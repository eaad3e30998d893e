"""The program knows no register: no declared name is typed into it, and a stranger's register works by its files alone."""

import ast
import random
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

import desktop
from desktop.analysis.tables import figures, load_tables
from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor, Wish
from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.registers.declarations import load
from desktop.registers.kinds import Reading
from desktop.registers.resources import RESOURCES
from desktop.store.records import Filter
from desktop.store.vault import create_vault, open_vault
from tests.test_every_register import LAST_DAY

PROGRAM = Path(desktop.__file__).parent

# Lists that the program itself lives by: the states and voiding of a record, its zones, the units behind numbers.
OWN_LISTS = {"record_states", "void_reasons", "zones", "units", "prisons", "regions", "languages"}
# Of the prisons only headquarters is known, as what a station is.
OWN_CODES = {"HQ"}
# Names that are also words of the program itself, with what they mean there.
OWN_WORDS = {
    "action": "what an event of the history was", "applied": "of a pack of definitions", "card": "a panel of a window", "copies": "of a file",
    "damage": "to a file", "decision": "at a merge", "decisions": "at merges", "description": "of a table", "direction": "of a letter", "form": "of a window", "height": "of a widget",
    "history": "of a record", "items": "of a list", "mark": "beside a problem", "mode": "of a file", "name": "of anything",
    "origin": "the prison that a case left", "outcome": "of a change of many records",
    "other_prison": "whose file it is not", "package": "of a workbook's parts", "passed": "of a trial of the program", "pin": "a field that keeps its value", "place": "in a list", "reason": "for a warning or a verdict",
    "result": "of a command", "severity": "of a problem", "step": "of a migration", "title": "of a record",
    "unit": "of a number", "weight": "of a font",
}  # fmt: skip
# Codes that are also words of SQL or of the command line.
OWN_ABBREVIATIONS = {"DIR", "OFF"}


def declared(definitions):
    """Give every name that a declaration chose, and the register or list it belongs to."""
    found = defaultdict(set)
    for register in definitions.registers.values():
        found[register.name].add(register.name)
        for table in register.tables:
            found[table.name].add(register.name)
            for f in table.fields:
                found[f.name].add(register.name)
    for listed in definitions.codes.values():
        if listed.whole not in OWN_LISTS:
            found[listed.name].add(listed.name)
    own = OWN_WORDS.keys() | {f.name for f in definitions.header.fields}
    return {name: owners for name, owners in found.items() if name not in own}


def declared_codes(definitions):
    """Give every code long enough to be told from a letter, and its lists."""
    found = defaultdict(set)
    own = {code for name in OWN_LISTS - {"prisons"} for code in definitions.codes[name].codes} | OWN_CODES | OWN_ABBREVIATIONS
    for listed in definitions.codes.values():
        for code in listed.codes:
            if len(code) >= 3 and code not in own and not code.isdecimal():
                found[code].add(listed.name)
    return found


def strings(path):
    """Give the texts of a module that are data: every string but the docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    sayings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in sayings
    ]


def typed_names(folder, definitions):
    """List the declared names and codes that the modules of *folder* type, except where a module is named for the register."""
    names, codes = declared(definitions), declared_codes(definitions)
    for path in sorted(folder.rglob("*.py")):
        whole, data = path.read_text("utf-8"), "\n".join(strings(path))
        words = set(re.findall(r"\w+", data)) | {word for word in re.findall(r"\w+", whole) if "_" in word}
        chunks = set(re.findall(r"[\w./+-]*\w", data))
        for name in sorted(words & names.keys()):
            if not any(path.stem.startswith(owner) for owner in names[name]):
                yield path.name, name
        yield from ((path.name, code) for code in sorted(chunks & codes.keys()))


@pytest.fixture(scope="module")
def known():
    return load()


def test_no_declared_name_or_code_is_typed_into_the_program(known):
    assert list(typed_names(PROGRAM, known)) == []


@pytest.mark.parametrize(
    ("module", "text", "found"),
    [
        ("counting", 'SQL = "select sum(quantity) from x where seized_on > 0"', ["quantity", "seized_on"]),
        ("counting", "def seized_on(row): ...", ["seized_on"]),
        ("counting", 'open("seizures")', ["seizures"]),
        ("counting", 'codes["substances"]', ["substances"]),
        ("counting", "where = \"category = 'DRG' and substance = 'OPI-HER'\"", ["category", "substance", "DRG", "OPI-HER"]),
        ("counting", '"""Count the quantity of every substance."""', []),
        ("seizures_by_law", 'row["seized_on"]', []),
        ("tb_resistance", 'row["seized_on"]', ["seized_on"]),
    ],
)
def test_a_name_typed_into_a_module_would_be_noticed(module, text, found, known, tmp_path):
    (tmp_path / f"{module}.py").write_text(text, "utf-8")
    assert [name for _, name in typed_names(tmp_path, known)] == found


# A stranger's work

VISITS = """
name = "visits_log"
zone = "training"
number = "{prison}-W-{year}-{serial:03}"
counts_on = "came_on"
list = ["number", "came_on", "aim", "guests", "state"]
title = ["aim"]
label = { en = "Visits", ru = "Визиты", ky = "?Баруулар" }
purpose = { en = "Who came to look.", ru = "Кто приезжал смотреть.", ky = "?Ким көргөнү келди." }

[[section]]
name = "visit"
label = { en = "Visit", ru = "Визит", ky = "?Баруу" }
[[section]]
name = "guests"

[[field]]
name = "came_on"
kind = "date"
section = "visit"
required = true
label = { en = "Came on", ru = "Приехали", ky = "?Келген күнү" }
[[field]]
name = "aim"
kind = "choice"
codes = "visit_aims"
section = "visit"
required = true
label = { en = "Aim", ru = "Цель", ky = "?Максаты" }
[[field]]
name = "fee"
kind = "decimal"
unit = "SOM"
section = "visit"
ask_if = "aim = 'PAID'"
label = { en = "Fee", ru = "Плата", ky = "?Төлөм" }
[[field]]
name = "head_count"
kind = "integer"
section = "visit"
value = "(select sum(heads) from guests where record = uid)"
label = { en = "Heads", ru = "Всего", ky = "?Баары" }

[[lines]]
name = "guests"
at_least = 1
label = { en = "Guests", ru = "Гости", ky = "?Коноктор" }
[[lines.field]]
name = "from_where"
kind = "text"
required = true
label = { en = "From", ru = "Откуда", ky = "?Кайдан" }
[[lines.field]]
name = "heads"
kind = "integer"
min = 1
required = true
label = { en = "Heads", ru = "Человек", ky = "?Киши" }
"""
AIMS = (
    "code,ru,ky,en,group,from,until\nLOOK,Посмотреть,?Көрүү,To look,,,\nPAID,Обучение за плату,?Акы төлөп окуу,Paid course,,,\n"
)
TABLE = """
name = "visitors"
register = "visits_log"
unit = "PERSON"
label = { en = "Visitors", ru = "Гости", ky = "?Коноктор" }
description = { en = "All who came.", ru = "Все, кто приезжал.", ky = "?Келгендердин баары." }
[measure]
sum = "head_count"
[[dimension]]
name = "aim"
"""
FIELD = """
[[field]]
name = "brought_lunch"
kind = "yes_no"
section = "material"
label = { en = "Lunch", ru = "Обед", ky = "?Түшкү тамак" }
"""


@pytest.fixture
def extended(tmp_path):
    """Copy resources/ and do there what a stranger does: a field into a file, and three new files."""
    folder = tmp_path / "resources"
    shutil.copytree(RESOURCES, folder, ignore=shutil.ignore_patterns("fonts", "demonstration"))
    path = folder / "registers" / "training_materials.toml"
    before, rest = path.read_text("utf-8").split("\n[[lines]]", 1)
    path.write_text(f"{before}\n{FIELD.strip()}\n\n[[lines]]{rest}", "utf-8")
    (folder / "registers" / "visits_log.toml").write_text(VISITS, "utf-8")
    (folder / "codes" / "visit_aims.csv").write_text(AIMS, "utf-8")
    (folder / "tables" / "visitors.toml").write_text(TABLE, "utf-8")
    return load(folder)


def test_a_stranger_adds_a_field_and_a_register_by_editing_files_only(tmp_path, known, extended):
    words = {"person": "Бекова Г.", "password": "п", "profile": "cheapest"}
    with create_vault(tmp_path / "prison", known, prison="IK-01", **words) as vault:
        records = vault.records("training_materials")
        inventor = Inventor(records, Chance(random.Random(1), known.codes, {}, LAST_DAY, fills=0.35))
        for _ in range(3):
            assert records.save(*inventor.invent("2013-02", Wish(lines={"deliveries": [{}]})), ready=True).kept
        before = [(item.record, item.lines) for item in records.all()]

    with open_vault(tmp_path / "prison", extended, "п") as vault:
        records = vault.records("training_materials")
        after = [(item.record, item.lines) for item in records.all()]
        assert [({k: r[k] for k in r if k != "brought_lunch"}, lines) for r, lines in after] == before
        assert {r["brought_lunch"] for r, _ in after} == {None}
        first = after[0][0]
        changed = records.save(first | {"brought_lunch": 1}, after[0][1], ready=True)
        assert changed.kept
        reading = Reading(LAST_DAY, dict(extended.codes))
        aim = extended.registers["visits_log"].by_name["aim"]
        visit = {"came_on": "2013-03-05", "aim": aim.kind.read("акы төлөп окуу", aim, reading), "fee": 150_000_000}
        made = vault.records("visits_log").save(visit, {"guests": [{"from_where": "Ош", "heads": 7}]}, ready=True)
        assert (made.kept, made.record["number"], made.record["head_count"]) == (True, "IK-01-W-2013-001", 7)
        refused = vault.records("visits_log").save({"came_on": "2013-03-05"}, {}, ready=True)
        assert {p.rule for p in refused.judgement.problems} == {"aim.required", "guests.at_least"}
        found = vault.records("visits_log").search(Filter(text="Обучение"))
        assert [row["uid"] for row in vault.records("visits_log").rows(found)] == [made.record["uid"]]
        (tmp_path / "stick").mkdir()
        file = write_handoff(vault, "training", "2013-03", tmp_path / "stick").path

    with create_vault(tmp_path / "hq", extended, prison="HQ", **words) as headquarters:
        plans = preview(headquarters, [file])
        assert (plans[0].refused, plans[0].rejected) == (None, 0)
        merge(headquarters, plans)
        assert headquarters.records("training_materials").read(first["uid"])[0]["brought_lunch"] == 1
        record, lines = headquarters.records("visits_log").read(made.record["uid"])
        assert (record["aim"], record["fee"], record["head_count"]) == ("PAID", 150_000_000, 7)
        assert [(row["from_where"], row["heads"]) for row in lines["guests"]] == [("Ош", 7)]
        table = load_tables(extended)["visitors"]
        assert figures(headquarters, table, first="2013-03", last="2013-03", where=None).total == 7
