"""The documents say what is true: paths, targets, commands and recipes are tried as they are written."""

import ast
import re
import shutil
import struct
import tomllib
from pathlib import Path

import pytest

from desktop.analysis.declarations import load_tables
from desktop.analysis.tables import figures
from desktop.cli import _parser
from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.registers import review
from desktop.registers.declarations import load
from desktop.registers.fields import FIELD_WORDS
from desktop.registers.kinds import KINDS
from desktop.registers.resources import RESOURCES
from desktop.registers.rules import functions
from desktop.store.vault import create_vault, open_vault

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "NOTICE"])
MODULES = sorted((ROOT / "desktop").rglob("*.py"))
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
# A path in the text, which must be there: `desktop/store/driver.py`, `registers/rules.py` (within the program), `docs/decisions/`.
PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|toml|csv|txt|in|sh|qss|png)|(?:[\w-]+/)+)`")
LINK = re.compile(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"")
# A test in the text: `tests/store/test_vault.py::test_every_table_is_strict`.
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# What the reader makes by following the documents.
MADE = re.compile(r"build/|\.venv/|resources/\w+/parcel")
RECIPE = re.compile(r"(In|New:) `(resources/[^`]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
# Where somebody's own computer or workplace shows through.
MACHINE = re.compile(
    r"/work/|/tmp/|/root\b|/home/|/opt/|/mnt/|C:\\Users|pythonhosted|pypi\.org/simple|index-url", re.IGNORECASE
)


def read(path):
    return path.read_text("utf-8")


def id_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=id_of)
def test_every_path_a_document_names_is_there(path):
    places = [ROOT, ROOT / "desktop", path.parent, *(ROOT / "desktop").iterdir(), *(ROOT / "resources").iterdir(), RESOURCES]
    named = PATH.findall(read(path)) + [a or b for a, b in LINK.findall(read(path)) if "://" not in a + b]
    gone = [n for n in named if not MADE.match(n) and not any((place / n).exists() for place in places if place.is_dir())]
    assert gone == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=id_of)
def test_every_test_a_document_names_is_there(path):
    assert [named for named in TEST.findall(read(path)) if named[1] not in names_of_tests(ROOT / named[0])] == []


def names_of_tests(path):
    return (
        {node.name for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.FunctionDef)} if path.exists() else set()
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=id_of)
def test_every_make_target_a_document_names_is_there(path):
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", read(path), re.MULTILINE)) <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=id_of)
def test_every_command_a_document_names_is_understood(path):
    for line in re.findall(r"^\S*python(?:\.exe)? -m (desktop[^#\n]*)", read(path), re.MULTILINE):
        module, *words = line.split()
        if module == "desktop":
            _parser("en").parse_args(words)
        else:
            assert (ROOT / module.replace(".", "/")).is_dir() or (ROOT / f"{module.replace('.', '/')}.py").is_file()


@pytest.mark.parametrize("path", DOCUMENTS, ids=id_of)
def test_no_document_names_a_machine_or_a_package_host(path):
    assert MACHINE.findall(read(path)) == []


def test_the_readme_is_short():
    assert len(read(ROOT / "README.md").splitlines()) < 100


def test_the_readme_shows_the_program_at_the_size_of_a_small_screen():
    shown = re.search(r"!\[[^\]]+\]\(([^)]+\.png)\)", read(ROOT / "README.md"))
    header = (ROOT / shown[1]).read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (1366, 728)


def test_every_promise_of_the_security_page_names_the_test_that_holds_it():
    page = read(ROOT / "SECURITY.md")
    promises = re.search(r"\n## Promises\n(.*?)\n## ", page, re.DOTALL)[1]
    rows = [line for line in promises.splitlines() if line.startswith("| ") and line != "| promise | held by |"]
    assert len(rows) > 30
    assert [row for row in rows if not TEST.search(row)] == []
    assert len(page.splitlines()) < 150


@pytest.mark.parametrize("path", MODULES, ids=id_of)
def test_every_module_says_what_it_is_for(path):
    assert (ast.get_docstring(ast.parse(read(path))) or "").strip()


def test_decisions_are_numbered_once_and_say_what_was_decided():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:3] for path in decisions]
    assert len(numbers) == len(set(numbers)) >= 9
    for path in decisions:
        assert read(path).startswith(f"# {int(path.name[:3])}. "), path.name
        assert "\n## Decision\n" in read(path), path.name


def test_every_direct_dependency_has_its_reason_and_its_licence():
    wanted = re.findall(r"^([A-Za-z][\w-]*)", read(ROOT / "installer" / "requirements.in"), re.MULTILINE)
    rows = [line for line in read(ROOT / "docs" / "decisions" / "001-libraries.md").splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"^\| `([\w-]+)` \| .{20,} \| .+ \|$", "\n".join(rows), re.MULTILINE)) == sorted(wanted)


def test_every_pinned_package_is_in_the_notice():
    pinned = re.findall(r"^([\w-]+)==", read(ROOT / "requirements.txt"), re.MULTILINE)
    notice = read(ROOT / "NOTICE").casefold()
    assert [name for name in pinned if name.casefold() not in notice] == []


def test_the_layers_of_the_architecture_are_those_that_are_checked():
    contracts = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = [re.findall(r"desktop\.(\w+)", layer) for layer in contracts[0]["layers"]]
    picture = re.search(r"## The layers\n\n```\n(.*?)```", ARCHITECTURE, re.DOTALL)[1]
    drawn = [re.findall(r"(\w+)(?:\.py|/)", line[:25]) for line in picture.splitlines()]
    assert drawn == layers


def test_the_architecture_names_every_word_kind_and_function_of_a_declaration():
    table = re.search(r"\| word \| meaning \|\n(.*?)\n\n", ARCHITECTURE, re.DOTALL)[1]
    words = {word for line in table.splitlines() for word in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert words == FIELD_WORDS.keys()
    kinds = re.search(r"The kinds are (.*?)\.", ARCHITECTURE, re.DOTALL)[1]
    assert re.findall(r"`(\w+)`", kinds) == list(KINDS)
    called = re.search(r"beside SQLite's own, (.*?);", ARCHITECTURE, re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", called)) == {name for name, _, _ in functions({}, None)}


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """Declarations that a stranger has changed by every recipe of ARCHITECTURE.md, in their order."""
    folder = tmp_path_factory.mktemp("followed") / "resources"
    shutil.copytree(RESOURCES, folder)
    recipes = RECIPE.findall(ARCHITECTURE)
    assert [name for _, name, _ in recipes] == [
        "resources/registers/equipment.toml", "resources/codes/parcel_kinds.csv", "resources/registers/parcels.toml",
        "resources/tables/parcels.toml", "resources/messages/records.toml",
    ]  # fmt: skip
    for how, name, block in recipes:
        path = folder.parent / name
        assert path.exists() == (how == "In"), name
        path.write_text(f"{read(path)}\n{block}" if how == "In" else block, "utf-8")
    return folder


def test_a_field_added_by_the_recipe_reaches_a_station_that_has_records(followed, tmp_path):
    words = {"prison": "IK-01", "person": "Бекова Г.", "password": "п", "profile": "cheapest"}
    with create_vault(tmp_path / "station", load(), **words) as vault:
        records = vault.records("equipment")
        number = records.save(records.blank() | {"received_on": "2013-03-28"}, {}, ready=False).record["number"]
    with open_vault(tmp_path / "station", load(followed), "п") as vault:
        records = vault.records("equipment")
        kept = records.all()[0].record
        assert (kept["number"], kept["warranty_until"]) == (number, None)
        records.save(kept | {"warranty_until": "2015-12-31"}, {}, ready=False)
        assert records.read(kept["uid"])[0]["warranty_until"] == "2015-12-31"


def test_a_register_added_by_the_recipes_goes_from_a_prison_to_the_national_table(followed, tmp_path):
    definitions = load(followed)
    words = {"person": "Бекова Г.", "password": "п", "profile": "cheapest"}
    with create_vault(tmp_path / "prison", definitions, prison="IK-01", **words) as vault:
        records = vault.records("parcels")
        parcel = {"received_on": "2013-03-28", "parcel_kind": "FOOD", "weight": 31_500_000}
        refused = records.save(parcel, {}, ready=True)
        assert [problem.rule for problem in refused.judgement.problems] == ["not_too_heavy"]
        for number in range(3):
            assert records.save(parcel | {"weight": (number + 1) * 1_500_000}, {}, ready=True).kept
        file = write_handoff(vault, "security", "2013-03", tmp_path).path
    with create_vault(tmp_path / "headquarters", definitions, prison="HQ", **words) as vault:
        merge(vault, preview(vault, [file]))
        table = load_tables(definitions)["parcels"]
        assert [(row.labels[0]["en"], row.value) for row in figures(vault, table).rows] == [("Food", 3)]


def test_the_words_of_the_recipes_pass_the_check_of_translations(followed):
    before = set(review.check(RESOURCES))
    assert [slip for slip in review.check(followed) if slip not in before] == []
