import re
from decimal import Decimal

import openpyxl
import pytest

from desktop.analysis.tables import figures, load_tables
from desktop.demo.published import as_json, as_lines, compare
from desktop.demo.run import HAND_OFFS, PASSWORD, SEED, demonstrate, live_in_prison
from desktop.demo.story import read_story
from desktop.exchange.enrolment import write_keys
from desktop.exchange.merge import merge, preview
from desktop.exchange.sealed import SUFFIX, must_be_sealed
from desktop.registers.problems import AppError
from desktop.registers.states import VOID
from desktop.store import station_keys
from desktop.store.keyring import HEADQUARTERS
from desktop.store.vault import create_vault, open_vault
from tests.demo.conftest import PRISONS, SHARE
from tests.exchange.steps import AS_IT_IS

FIGURE, YEAR = "drug_weight", "2012"
MORE = Decimal("1.25")


@pytest.fixture
def headquarters(small, known):
    with open_vault(small.headquarters, known, PASSWORD) as vault:
        yield vault


@pytest.fixture
def fresh(tmp_path, known):
    """A headquarters that has merged nothing."""
    with create_vault(
        tmp_path / "fresh", known, prison=HEADQUARTERS, person="Осмонов Т.", password="п", profile="cheapest"
    ) as vault:
        yield vault


def hand_offs(small):
    return sorted((small.folder / HAND_OFFS).glob("*.xlsx"))


def total(vault):
    return figures(vault, load_tables(vault.definitions)[FIGURE], first=YEAR, last=YEAR).total


def all_records(vault, register):
    """Give all of a register's records as they were told, without the identities and times that each run makes anew."""
    made_anew = ("uid", "id", "created_at", "changed_at", "record", "hand_off")
    return [
        [{k: v for k, v in row.items() if k not in made_anew} for row in (item.record, *(r for rows in item.lines.values() for r in rows))]
        for item in vault.records(register).all()
    ]  # fmt: skip


def test_every_published_figure_comes_out_of_merged_records(small):
    assert [one.label["en"] for one in small.compared if not one.agrees] == []
    assert (len(small.compared), small.rejected, small.refused, small.is_right) == (10, 0, 0, True)
    assert small.accepted > small.records > 900


def test_health_and_intelligence_travel_sealed_and_only_the_headquarters_they_are_for_reads_them(small, headquarters, fresh):
    folder = small.folder / HAND_OFFS
    zones = {path.name.split("_")[2]: path for path in folder.glob("*.xlsx*")}
    assert {zone for zone, path in zones.items() if path.suffix == SUFFIX} == {
        zone for zone in headquarters.zones if must_be_sealed(headquarters.definitions, zone)
    }
    sealed = [path for path in zones.values() if path.suffix == SUFFIX]
    assert all(plan.refused is not None for plan in preview(fresh, sealed))
    assert [plan.known for plan in preview(headquarters, sealed)] == [True] * len(sealed)
    assert {len(station_keys.partners(headquarters.zone(zone))) for zone in headquarters.zones} == {PRISONS}


def test_the_figures_stand_beside_the_published_ones(small):
    lines = as_lines(small.compared)
    assert len(lines) == len(small.compared) + 1
    assert re.search(r"Изъято наркотиков в 2012 г\.\s+3,254 кг\s+3,254 кг  ✔", "\n".join(line["ru"] for line in lines))
    weight = next(row for row in as_json(small.compared, "en") if row["unit"] == "kg")
    assert weight == {
        "figure": "Drugs seized in 2012", "published": "3.254", "recomputed": "3.254", "unit": "kg", "agrees": True,
    }  # fmt: skip


def test_a_figure_that_records_do_not_give_is_seen(small, fresh):
    merge(fresh, preview(fresh, hand_offs(small)[:1]))
    compared = compare(fresh)
    assert {one.agrees for one in compared} == {False}
    assert as_lines(compared)[1]["en"].endswith("✖")


def test_what_must_not_count_is_there_and_is_not_counted(headquarters):
    table = load_tables(headquarters.definitions)[FIGURE]
    found = figures(headquarters, table, first="2010", last="2013")
    assert {each.name for each in found.doubtful} >= {"gross"}
    assert {each.name for each in found.not_counted} >= {"no_drug", "laboratory_negative", "traces"}
    assert {figure.unit for figure in found.not_convertible} >= {"TAB"}


def test_records_change_after_they_were_handed_off(headquarters):
    records = [item.record for r in headquarters.registers for item in headquarters.records(r.name).all()]
    assert sum(record["revision"] > 1 for record in records) > 100
    assert VOID in {record["state"] for record in records}


def test_the_plan_is_kept_at_headquarters_and_came_in_no_hand_off(headquarters):
    plan = headquarters.records("courses").all()
    assert {(item.record["prison"], item.record["hand_off"]) for item in plan} == {(HEADQUARTERS, None)}


def test_every_vault_opens_with_the_password_and_no_other(small, known):
    stations = [path.parent for path in small.folder.glob("*/station.json")]
    assert len(stations) == PRISONS + 1
    for folder in stations:
        with pytest.raises(AppError, match="Wrong password"):
            open_vault(folder, known, PASSWORD + "1")
        with open_vault(folder, known, PASSWORD) as vault:
            assert sum(vault.records(register.name).count() for register in vault.registers) > 0


def test_nothing_a_person_reads_is_a_number_made_up_for_a_missing_word(small, known):
    filler = re.compile(r"\d{3}-\d\d")
    for path in small.folder.glob("*/station.json"):
        with open_vault(path.parent, known, PASSWORD) as vault:
            for register in vault.registers:
                for item in vault.records(register.name).all():
                    rows = [(register, item.record), *((t, row) for t in register.lines for row in item.lines.get(t.name, []))]
                    texts = [(f.name, row[f.name]) for t, row in rows for f in t.fields if f.kind_name in ("text", "note")]
                    assert [text for text in texts if filler.fullmatch(str(text[1]))] == []


def test_one_weight_changed_in_one_workbook_moves_the_total_by_exactly_that(small, fresh, headquarters):
    files = hand_offs(small)
    changed, cell = add_to_a_weight(files)
    try:
        plans = preview(fresh, files)
        assert [plan.name for plan in plans if plan.is_held] == [changed.name]
        merge(fresh, plans, {plan.check_number: AS_IT_IS for plan in plans})
    finally:
        changed.write_bytes(cell)
    assert total(headquarters) == Decimal("3.254")
    assert total(fresh) == Decimal("3.254") + MORE / 1000


def add_to_a_weight(files):
    """Add some grams to the first weight of the laboratory in 2012, and give the workbook and what it held before."""
    for path in files:
        if "_security_" not in path.name:
            continue
        book = openpyxl.load_workbook(path)
        sheets = {row[0].value: row[1].value for row in book["_meta"].iter_rows()}
        of_records, of_lines = book[sheets["sheet.seizures"]], book[sheets["sheet.seizures_items"]]
        heads = {cell.value: cell.column for cell in of_lines[1]}
        dates = {cell.value: cell.column for cell in of_records[1]}
        of_year = {
            row[dates["number"] - 1].value
            for row in of_records.iter_rows(min_row=3)
            if row[dates["seized_on"] - 1].value and row[dates["seized_on"] - 1].value.year == int(YEAR)
        }
        for row in of_lines.iter_rows(min_row=3):
            weight = row[heads["lab_quantity"] - 1]
            if weight.value and row[heads["record"] - 1].value in of_year:
                before = path.read_bytes()
                weight.value = float(Decimal(str(weight.value)) + MORE)
                book.save(path)
                return path, before
    raise AssertionError("no weight of the laboratory in any workbook")


def test_the_same_seed_tells_the_same_story_and_another_seed_another(known):
    words = {"prisons": PRISONS, "share": SHARE}
    assert read_story(known, SEED, **words) == read_story(known, SEED, **words)
    assert read_story(known, SEED, **words) != read_story(known, SEED + 1, **words)


def test_a_prison_lives_the_same_life_twice(tmp_path, known, fresh):
    part = read_story(known, SEED, prisons=8, share=SHARE)["IK-10"]
    lives = []
    for name in ("first", "second"):
        (tmp_path / name / HAND_OFFS).mkdir(parents=True)
        write_keys(fresh, tmp_path / name / HAND_OFFS)
        live_in_prison(tmp_path / name, known.folders, "IK-10", part, SEED)
        with open_vault(tmp_path / name / "IK-10", known, PASSWORD) as vault:
            lives.append({register.name: all_records(vault, register.name) for register in vault.registers})
    assert lives[0] == lives[1]
    assert sum(map(len, lives[0].values())) > 100


def test_a_demonstration_is_never_made_over_another(small, known):
    with pytest.raises(AppError, match="already is a station"):
        demonstrate(small.folder, known, lambda _: None, prisons=PRISONS, share=SHARE)
