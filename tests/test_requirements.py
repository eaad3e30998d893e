import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTS = ["requirements.txt", "requirements-dev.txt"]


def pins(name):
    """Give each requirement of a list as one line."""
    return (ROOT / name).read_text("utf-8").replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_is_exact_and_has_its_hashes(name):
    for line in pins(name):
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[\w.]+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", line.strip()), line


@pytest.mark.parametrize("name", [*LISTS, "installer/requirements.in", "installer/requirements-dev.in"])
def test_no_list_names_an_index(name):
    assert not re.search(r"index|find-links|https?:|file:", (ROOT / name).read_text("utf-8"))


def test_the_program_is_tested_with_the_versions_it_ships_with():
    assert set(pins("requirements.txt")) <= set(pins("requirements-dev.txt"))


def test_the_version_of_qt_that_aborts_is_kept_out():
    (declared,) = [line for line in pins("installer/requirements.in") if line.startswith("PySide6")]
    assert "!=6.12.0" in declared
    assert f'"{declared}"' in (ROOT / "pyproject.toml").read_text("utf-8")
