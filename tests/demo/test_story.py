"""The story is refused where it says what no register knows, so that a renamed field cannot go unnoticed."""

import random
import shutil
from decimal import Decimal

import pytest

from desktop.demo.invent import Wish
from desktop.demo.shares import share_out
from desktop.demo.story import FOLDER, month_after, months_between, read_story
from desktop.registers.problems import DeclarationError


@pytest.fixture
def told(tmp_path):
    folder = tmp_path / "demonstration"
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize(
    ("file", "before", "after", "slip"),
    [
        ("registers/searches.toml", "with_dog =", "with_dgo =", "searches.toml: usual: where names 'with_dgo', which is no field, did you mean 'with_dog'"),
        ("registers/searches.toml", "gate = 3,", "gates = 3,", "sorts names 'gates', which is no field, did you mean 'gate'"),
        ("registers/searches.toml", "records = 2000", "record = 2000", "unknown word 'record', did you mean 'records'"),
        ("registers/seizures.toml", 'lines = [{ name = "persons"', 'lines = [{ name = "person"', "names 'person', which is no field"),
        ("registers/seizures.toml", 'lab_status = "SENT" } },', 'lab_state = "SENT" } },', "before, items names 'lab_state', which is no field, did you mean 'lab_status'"),
        ("registers/seizures.toml", "sizes = {", "size = {", "total: unknown word 'size', did you mean 'sizes'"),
        ("story.toml", 'last_day = "', 'lastday = "', "story.toml: unknown word 'lastday', did you mean 'last_day'"),
    ],
)  # fmt: skip
def test_a_slip_is_refused_with_file_place_and_what_was_meant(told, known, file, before, after, slip):
    path = told / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    with pytest.raises(DeclarationError) as refused:
        read_story(known, 1, prisons=3, folder=told)
    assert slip in str(refused.value)


def test_every_register_has_a_story_and_every_story_a_register(known):
    parts = read_story(known, 1)
    assert {path.stem for path in (FOLDER / "registers").glob("*.toml")} == set(known.registers)
    assert {order.register for part in parts.values() for order in part.orders} == set(known.registers) - {"patients"}
    assert len(parts) == 34


def test_prisons_hand_off_in_several_rhythms_and_the_larger_have_more_to_tell(known):
    parts = read_story(known, 1)
    assert {part.every for part in parts.values()} == {1, 3, 6, 12}
    assert len(parts["IK-01"].orders) > 2 * len(parts["KP-52"].orders)
    months = {order.month for order in parts["IK-01"].orders}
    assert months == set(months_between("2010-01", "2013-03"))


def test_months_are_counted_over_the_end_of_a_year():
    assert months_between("2011-11", "2012-02") == ["2011-11", "2011-12", "2012-01", "2012-02"]
    assert [month_after("2012-11", count) for count in (0, 1, 2, 14)] == ["2012-11", "2012-12", "2013-01", "2014-01"]


@pytest.mark.parametrize("seed", range(20))
def test_shares_in_several_units_add_up_to_the_total_to_the_milligram(known, seed):
    units = known.codes["units"]
    wishes = [Wish({}, {"items": [{}, {"quantity": 3, "unit": "PCS"}]}) for _ in range(17)]
    total = {
        "lines": "items", "kg": "3.254", "amount": {"field": "quantity", "unit_field": "unit", "units": {"G": 5, "KG": 3, "MG": 2}},
    }  # fmt: skip
    share_out(total, wishes, known.registers["seizures"], units, random.Random(seed))
    rows = [row for wish in wishes for row in wish.lines["items"] if row["unit"] != "PCS"]
    assert len(rows) == 17
    assert sum(row["quantity"] * Decimal(units.codes[row["unit"]].other["kg"]) for row in rows) == Decimal("3.254")
    assert all(row["quantity"] > 0 for row in rows)
