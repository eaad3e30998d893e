"""What a register says of care that goes on after release, and the slips that are refused when it is read."""

import shutil

import pytest

from desktop.registers.continuity import persons
from desktop.registers.declarations import load
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES


def test_every_register_of_care_names_its_persons_and_what_must_be_ready():
    known = load().registers
    caring = [register for register in known.values() if register.continuity]
    assert caring
    for register in caring:
        assert persons(register, known).release
        assert register.continuity.steps
        # What names the step is read by people, and two of one name could not be told apart.
        assert len({step.name for step in register.continuity.steps}) == len(register.continuity.steps)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        ("tb_cases", 'leaves_on = "transferred_on"', 'leaves_on = "facility"', "leaves_on = 'facility' is unknown"),
        ("tb_cases", 'tries = "contacts"', 'tries = "contact"', "did you mean 'contacts'?"),
        ("tb_cases", "is_started = 1 and outcome is null and", "started = 1 and", "no such column: started"),
        ("tb_cases", "arrived = \"arrival = 'ARR'\"", "arrived = \"arrival = 'ARV'\"", "'ARV' is no code of arrival"),
        ("tb_cases", 'begins = { direction = "OUT"', 'begins = { direction = "AWAY"', "direction = 'AWAY' is no value"),
        ("tb_cases", 'ticks = { package = "TOL" }', 'ticks = { facility = "TOL" }', "ticks names 'facility'"),
        ("tb_cases", 'ticks = { package = "TOL" }', 'ticks = { package = "TOLD" }', "package = 'TOLD' is no value"),
        ("tb_cases", 'shows = ["supply_days"]', 'shows = ["supply"]', "shows names 'supply', which is no field"),
        ("tb_cases", 'lost_after = "+2 months"', 'lost_after = "2"', "go together"),
        ("tb_cases", 'lost_after = "+2 months"\n', "", "go together"),
        ("patients", 'left_on = "released_on"', 'left_on = "surname"', "left_on = 'surname' is unknown"),
        ("patients", "free = \"coalesce(release_type, '')", "free = \"coalesce(how, '')", "no such column: how"),
    ],
)
def test_a_slip_in_what_is_said_of_continuity_is_refused(tmp_path, file, right, wrong, said):
    shutil.copytree(RESOURCES / "codes", tmp_path / "codes")
    shutil.copytree(RESOURCES / "registers", tmp_path / "registers")
    shutil.copy(RESOURCES / "record.toml", tmp_path)
    path = tmp_path / f"registers/{file}.toml"
    words = path.read_text("utf-8")
    before, _, after = words.partition("[release]" if file == "patients" else "[continuity]")
    assert right in after
    path.write_text(f"{before}{words[len(before) : len(words) - len(after)]}{after.replace(right, wrong, 1)}", "utf-8")
    with pytest.raises(DeclarationError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{file}.toml: ")
    assert said in str(caught.value)


def test_persons_without_a_release_leave_nowhere(tmp_path):
    shutil.copytree(RESOURCES / "codes", tmp_path / "codes")
    shutil.copytree(RESOURCES / "registers", tmp_path / "registers")
    shutil.copy(RESOURCES / "record.toml", tmp_path)
    path = tmp_path / "registers/patients.toml"
    words = path.read_text("utf-8")
    start = words.index("[release]")
    path.write_text(words[:start] + words[words.index("[[section]]", start) :], "utf-8")
    with pytest.raises(DeclarationError, match="patients does not tell of a release"):
        load(tmp_path)
