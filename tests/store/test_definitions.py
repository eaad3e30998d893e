"""A station's definitions are replaced whole: whenever the power fails, it works with the old ones or the new ones."""

import pytest

from desktop.registers.packs import Pack, with_field
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from desktop.store import definitions as station_definitions
from desktop.store.definitions import applied, draft, drop_draft, install, keep_draft, load_station
from desktop.store.vault import DEFINITIONS
from tests.registers.test_packs import WORDS
from tests.sample import write_sample


@pytest.fixture
def base(tmp_path):
    return (RESOURCES, write_sample(tmp_path / "program"))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "станция"
    made.mkdir()
    return made


FIRST = with_field(Pack(1), "gate_log", WORDS)
SECOND = with_field(Pack(2, FIRST.files), "gate_log", WORDS | {"name": "hq_seals", "kind": "integer"})


def names(definitions):
    return [f.name for f in definitions.registers["gate_log"].fields if f.name.startswith("hq_")]


def test_a_pack_is_in_use_at_once_and_the_one_before_is_kept(folder, base):
    assert names(install(folder, base, FIRST)) == ["hq_escort"]
    assert names(install(folder, base, SECOND)) == ["hq_escort", "hq_seals"]
    assert applied(folder) == SECOND
    assert (folder / "definitions.before" / "fields" / "gate_log.toml").read_text("utf-8") == FIRST.files[
        "fields/gate_log.toml"
    ]


@pytest.mark.parametrize(
    ("pack", "refused"), [(SECOND, "already"), (FIRST, "older"), (Pack(2, FIRST.files), "another"), (Pack(3), "field_missing")]
)
def test_a_pack_that_is_not_newer_or_lacks_something_changes_nothing(folder, base, pack, refused):
    install(folder, base, SECOND)
    with pytest.raises(AppError) as caught:
        install(folder, base, pack)
    assert caught.value.name == f"packs.{refused}"
    assert applied(folder) == SECOND


class Cut(Exception):  # noqa: N818 - no error of the program
    """The power fails."""


def fail_at(monkeypatch, step):
    """Cut the power at the *step*-th of the moments at which the disk is waited for."""
    left = [step]
    flushed = station_definitions.flush_folder

    def flush(path):
        left[0] -= 1
        if left[0] < 0:
            raise Cut
        flushed(path)

    monkeypatch.setattr(station_definitions, "flush_folder", flush)


@pytest.mark.parametrize("step", range(5))
def test_a_power_cut_leaves_the_old_or_the_new(folder, base, step, monkeypatch):
    install(folder, base, FIRST)
    with monkeypatch.context() as patched:
        fail_at(patched, step)
        with pytest.raises(Cut):
            install(folder, base, SECOND)
    assert names(load_station(folder, base)) in (["hq_escort"], ["hq_escort", "hq_seals"])
    assert applied(folder) in (FIRST, SECOND)
    assert not (folder / station_definitions.NEW).exists()
    if applied(folder) == FIRST:
        install(folder, base, SECOND)
    assert applied(folder) == SECOND


def test_a_swap_that_was_broken_off_between_its_two_names_is_finished_at_the_next_load(folder, base):
    install(folder, base, FIRST)
    install(folder, base, SECOND)
    (folder / DEFINITIONS).rename(folder / station_definitions.NEW)
    assert names(load_station(folder, base)) == ["hq_escort", "hq_seals"]


def test_a_swap_whose_new_folder_is_not_whole_goes_back_to_the_old(folder, base):
    install(folder, base, FIRST)
    install(folder, base, SECOND)
    (folder / DEFINITIONS).rename(folder / station_definitions.NEW)
    (folder / station_definitions.NEW / "fields" / "gate_log.toml").write_text("", "utf-8")
    assert names(load_station(folder, base)) == ["hq_escort"]
    assert applied(folder) == FIRST


def test_what_headquarters_is_writing_is_kept_until_it_is_applied(folder, base):
    assert draft(folder) == Pack()
    keep_draft(folder, FIRST)
    assert (draft(folder), applied(folder)) == (FIRST, Pack())
    install(folder, base, FIRST)
    keep_draft(folder, SECOND)
    assert draft(folder) == SECOND
    drop_draft(folder)
    assert draft(folder) == FIRST
