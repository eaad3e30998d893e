import os
import shutil
import signal
import sys
from contextlib import suppress

import pytest

from desktop.registers.problems import AppError
from desktop.store import driver, history, keyring, people
from desktop.store.rewriting import rewrite
from desktop.store.vault import make_station, open_vault
from tests.conftest import PASSWORD
from tests.sample import load_line, passage
from tests.store.conftest import HOLDERS, ROLES, newcomer, password_of
from tests.store.test_people import refused

# The calls in which what lies on the disk may change: a program dies between two of them, or one of them fails.
CALLS = {"execute", "fsync", "replace", "unlink", "open", "remove", "rename", "write", "close", "mkdir"}

# Every so many steps, to keep the suite quick; 1 tries them all.
STRIDE = int(os.environ.get("DEPTER_FAULT_STRIDE", "29"))


@pytest.fixture
def filled(make_vault):
    """Make a vault whose security zone has records with lines, changes, a void and an open form."""
    vault = make_vault()
    records = vault.records("gate_log")
    kept = [records.save(passage(driver=f"Асанов {n}"), {"loads": [load_line()]}, ready=True).record for n in range(12)]
    records.save(kept[0] | {"comment": "исправлено"}, {"loads": [load_line(), load_line(cargo="сахар")]}, ready=True)
    records.void(kept[1]["uid"], "DUP", "дважды")
    records.keep_form("", {"driver": "Бекназаров"})
    return vault


def content(vault):
    """Give everything a person can see in security: records with lines, the history, the open form, a search."""
    zone, records = vault.zone("security"), vault.records("gate_log")
    return {
        "records": [(item.record, item.lines) for item in records.all()],
        "found": sorted(records.search(_filter("сахар"))),
        "form": records.kept_form(""),
        "history": [tuple(row.values()) for row in zone.select("select * from history order by seq")],
    }


def _filter(text):
    from desktop.store.records import Filter

    return Filter(text=text)


def assert_kept(vault, before):
    """Check that nothing but events was added since *before*, and that the chain holds."""
    now = content(vault)
    assert {name: now[name] for name in ("records", "found", "form")} == {n: before[n] for n in ("records", "found", "form")}
    assert now["history"][: len(before["history"])] == before["history"]
    assert list(history.broken_events(vault.zone("security").connection)) == []


def test_a_new_key_keeps_every_row_every_event_and_the_search(filled, definitions):
    before, old = content(filled), filled.keys.zones["security"]
    assert len(before["found"]) == 1
    people.change_key(filled, "security")
    assert_kept(filled, before)
    new = filled.keys.zones["security"]
    assert new != old
    filled.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    filled.close()
    with refused("store.does_not_open"):
        driver.connect(filled.folder / "security.depter", old)
    with open_vault(filled.folder, definitions, PASSWORD) as again:
        assert again.keys.zones["security"] == new
        assert again.records("gate_log").count() == len(before["records"]) + 1
        assert driver.damage(again.zone("security").connection) == []
        assert people.who_can_open(filled.folder, "security").due is False


def test_a_new_key_leaves_nothing_beside_the_files(filled):
    names = {path.name for path in filled.folder.iterdir()}
    people.change_key(filled, "security")
    filled.close()
    left = {path.name for path in filled.folder.iterdir()} - names
    assert left <= {"station.json.before", "security.depter-journal"}


def test_each_zone_is_written_anew_alone(filled):
    before = {path.name: path.read_bytes() for path in filled.folder.glob("*.depter") if path.stem != "security"}
    people.change_key(filled, "security")
    filled.close()
    assert filled.keys.versions.keys() == set(filled.zones)
    assert [len(filled.keys.versions[zone]) for zone in ("security", "health")] == [2, 1]
    for name in before:
        driver.connect(filled.folder / name, filled.keys.zones[name.removesuffix(".depter")]).close()


def test_a_file_open_elsewhere_is_left_as_it_is(filled, definitions):
    before = content(filled)
    filled.close()
    other = open_vault(filled.folder, definitions, PASSWORD)
    with other, open_vault(filled.folder, definitions, PASSWORD) as vault:
        other.zone("security")
        with refused("store.in_use"):
            people.change_key(vault, "security")
    with open_vault(filled.folder, definitions, PASSWORD) as again:
        assert_kept(again, before)
        assert len(again.keys.versions["security"]) == 2
        assert again.keys.zones["security"] == again.keys.versions["security"][0]


def test_a_damaged_file_is_not_written_anew(filled):
    filled.close()
    path, old = filled.folder / "security.depter", filled.keys.zones["security"]
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(bytes(whole))
    with pytest.raises(AppError):
        rewrite(path, old, bytes(32))
    assert path.read_bytes() == bytes(whole)
    assert not path.with_suffix(".next").exists()


def test_a_file_put_back_from_before_the_key_was_changed_still_opens_and_is_brought_under_the_new_key(filled, definitions):
    before = content(filled)
    filled.close()
    path = filled.folder / "security.depter"
    old = path.read_bytes()
    for _ in range(3):
        with open_vault(filled.folder, definitions, PASSWORD) as vault:
            people.change_key(vault, "security")
    path.write_bytes(old)
    with open_vault(filled.folder, definitions, PASSWORD) as vault:
        assert_kept(vault, before)
        assert vault.keys.zones["security"] == vault.keys.versions["security"][0]
    driver.connect(path, vault.keys.versions["security"][0]).close()


def test_where_the_file_cannot_be_rewritten_it_opens_under_the_key_it_has(filled, definitions, monkeypatch):
    before = content(filled)
    monkeypatch.setattr("desktop.store.rewriting.replace", _full)
    with refused("people.not_rewritten"):
        people.change_key(filled, "security")
    assert_kept(filled, before)
    filled.close()
    with open_vault(filled.folder, definitions, PASSWORD) as again:
        assert_kept(again, before)
        again.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    monkeypatch.undo()
    with open_vault(filled.folder, definitions, PASSWORD) as again:
        assert again.records("gate_log").count() == len(before["records"]) + 1
        assert again.keys.zones["security"] == again.keys.versions["security"][0]


def _full(new, path):
    raise OSError(28, "No space left on device")


# Death and failure at every step


def acts(folder, definitions):
    """Do all that writes a keyring: a password, a newcomer let in and removed again with a change of the key."""
    with open_vault(folder, definitions, PASSWORD) as vault:
        people.change_password(vault, PASSWORD, "новый")
        people.add(vault, keyring.Newcomer("Новиков Н.", ("security_officer",), "его"))
        people.let_in(vault, "security", "Новиков Н.", "его")
        people.remove(vault, "Новиков Н.")


def found(folder, definitions):
    """Make a station of several people."""
    people = [newcomer(name) for name in ROLES]
    make_station(folder, definitions, prison="IK-01", people=people, holders=HOLDERS, profile="cheapest")


def stopping_at(step, stop):
    """Give a profiler that calls *stop* before the call number *step* of those that may change the disk."""
    seen = 0

    def profile(frame, event, function):
        nonlocal seen
        if event == "c_call" and function.__name__ in CALLS:
            seen += 1
            if seen == step:
                sys.setprofile(None)
                stop()

    return profile


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step, folder, definitions, acts=acts):
    """Run the acts in a process that is killed at *step*; tell whether it came so far."""
    child = os.fork()
    if child == 0:
        sys.setprofile(stopping_at(step, die))
        acts(folder, definitions)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def failed_at(step, folder, definitions):
    """Run the acts with one failing call; tell whether they came so far."""
    reached = []

    def fail():
        reached.append(step)
        raise OSError(5, "Input/output error")

    sys.setprofile(stopping_at(step, fail))
    try:
        acts(folder, definitions)
    except (AppError, OSError):
        assert reached
    finally:
        sys.setprofile(None)
    return bool(reached)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by the calls of POSIX")


@pytest.mark.parametrize("stopped_at", [pytest.param(killed_at, marks=needs_fork), failed_at])
def test_stopped_at_any_step_the_vault_opens_by_the_old_or_the_new_password_with_every_row(
    filled, definitions, tmp_path, stopped_at
):
    before = content(filled)
    filled.close()
    step, stride, folder = 1, STRIDE, tmp_path / "tried"
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(filled.folder, folder)
        if not stopped_at(step, folder, definitions):
            break
        with opened_by_either(folder, definitions) as vault:
            assert_kept(vault, before)
            assert vault.keys.zones["security"] == vault.keys.versions["security"][0]
        step += stride
    assert step > 300
    with open_vault(folder, definitions, "новый") as vault:
        assert_kept(vault, before)
        assert len(vault.keys.versions["security"]) == 2


def opened_by_either(folder, definitions):
    for password in ("новый", PASSWORD):
        with suppress(AppError):
            return open_vault(folder, definitions, password)
    raise AssertionError("neither password opens the vault")


@needs_fork
def test_killed_at_any_step_of_its_making_a_station_opens_for_everybody_or_is_made_again(tmp_path, definitions):
    step = 1
    while killed_at(step, folder := tmp_path / str(step), definitions, found):
        if not (folder / keyring.FILE).exists():
            found(folder, definitions)
        for zone, name in HOLDERS.items():
            with open_vault(folder, definitions, password_of(name), name) as vault:
                assert vault.zone(zone).select("select action from history where action = 'station_made'")
        step += STRIDE * 4
    assert step > 200
