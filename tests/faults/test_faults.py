"""A short, seeded selection of every fault; `make faults` is the long run. README.md says which row is which."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop import cli
from desktop.registers.problems import AppError
from desktop.store import driver, files
from desktop.store.driver import connect, damage
from desktop.store.files import journal
from tests.faults.__main__ import run_row
from tests.faults.rows import ROWS
from tests.sample import load_line, passage

SEED = int(os.environ.get("DEPTER_FAULT_SEED", "1"))


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """Try every row in processes of their own, two at a time, while the first of them are looked at."""
    keep = tmp_path_factory.mktemp("faults")
    with ThreadPoolExecutor(2) as pool:
        yield {row.name: pool.submit(run_row, row, SEED, row.few, keep) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_nothing_acknowledged_is_lost_and_a_bad_build_would_have_been_caught(row, tried):
    tally = tried[row.name].result()
    if tally.not_here:
        pytest.skip(tally.not_here)
    assert tally.lost == []
    assert tally.injected >= row.few // 2
    assert tally.at_risk > 0
    assert tally.bad_caught > 0


# What the long run has found, each in its shortest form


PAGE = 4096


@pytest.fixture
def cut_off(tmp_path):
    """Give a file with free pages as a power cut leaves it in the midst of a write, and its key."""
    path, key = tmp_path / "cut" / "security.depter", bytes(32)
    path.parent.mkdir()
    connection = connect(path, key, create=True)
    connection.execute("create table kept (content text)")
    connection.execute("create table gone (content text)")
    for table in ("kept", "gone") * 6:
        connection.execute(f"insert into {table} values (hex(zeroblob(1500)))")
    connection.execute("delete from gone")
    connection.execute("pragma cache_size = 1")
    connection.execute("begin immediate")
    connection.execute("update kept set content = 'наполовину' || content")
    shutil.copytree(path.parent, tmp_path / "left")
    connection.execute("rollback")
    connection.close()
    left = tmp_path / "left" / path.name
    assert journal(left).stat().st_size > 0
    return left, key


def holds_nothing(path, key):
    """Tell whether only a page that holds nothing is torn, asking SQLCipher without what this program mends."""
    found = []
    for pragma in ("cipher_integrity_check", "integrity_check"):
        connection = driver.dbapi2.connect(str(path))
        connection.execute("pragma cipher_log_level = NONE")
        connection.execute(f"pragma key = \"x'{key.hex()}'\"")
        try:
            found.append([row[0] for row in connection.execute(f"pragma {pragma}")])
        except driver.Error:
            found.append([])
        connection.close()
    return found[0] != [] and found[1] == ["ok"]


def test_a_free_page_torn_by_a_power_cut_is_no_damage_and_the_file_can_be_copied(cut_off, tmp_path):
    path, key = cut_off
    whole, hot, torn = path.read_bytes(), journal(path).read_bytes(), 0
    for place in range(PAGE, len(whole), PAGE):
        left = whole[:place] + bytes(512) + whole[place + 512 :]
        path.write_bytes(left)
        journal(path).write_bytes(hot)
        if not holds_nothing(path, key):
            continue
        torn += 1
        path.write_bytes(left)
        journal(path).write_bytes(hot)
        connection = connect(path, key)
        assert damage(connection) == []
        copy = connect(tmp_path / f"{torn}.depter", key, create=True)
        connection.backup(copy)
        assert damage(copy) == []
        assert copy.execute("select count(*) from kept where length(content) = 3000").fetchone()[0] == 6
        copy.close()
        connection.close()
    assert torn > 3


def test_a_write_that_cannot_begin_is_refused_in_words(gate_log):
    connection = gate_log.zone.connection
    connection.execute("pragma query_only = ON")
    with pytest.raises(AppError, match="Nothing was saved"):
        gate_log.save(passage(), {"loads": [load_line()]}, ready=True)
    connection.execute("pragma query_only = OFF")
    assert gate_log.save(passage(), {"loads": [load_line()]}, ready=True).kept


def test_what_found_no_room_is_saved_once_there_is_some_in_the_same_program(gate_log):
    connection = gate_log.zone.connection
    saved = gate_log.save(passage(), {"loads": [load_line()]}, ready=True)
    pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages}")
    longer = saved.record | {"comment": "подробно " * 2000}
    with pytest.raises(AppError, match="Nothing was saved"):
        gate_log.save(longer, saved.lines, ready=True)
    assert gate_log.read(saved.record["uid"])[0]["comment"] is None
    connection.execute("pragma max_page_count = 1000000")
    assert gate_log.save(longer, saved.lines, ready=True).kept
    assert damage(connection) == []


def test_a_failing_disk_is_told_in_a_sentence_and_a_slip_of_the_program_is_not(tmp_path, monkeypatch, capsys):
    for failure in (driver.dbapi2.OperationalError("disk I/O error"), OSError(5, "Input/output error")):
        assert "What was saved before is safe" in driver.in_words(failure).text["en"]
        monkeypatch.setattr(cli, "read_station", lambda _, failure=failure: raise_(failure))
        assert cli.run(["--language", "en", "acknowledge", str(tmp_path), "1234-5678"]) == cli.REFUSED
        assert "The disk or the memory of this computer failed" in capsys.readouterr().err
    for slip in (driver.dbapi2.IntegrityError("unique"), ValueError("slip")):
        assert driver.in_words(slip) is None


def raise_(failure):
    raise failure


def test_who_waits_too_long_for_another_program_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    with files.alone(tmp_path, "station"):
        with pytest.raises(AppError, match="already open in another Depter"), files.alone(tmp_path, "station"):
            raise AssertionError("two at once")
        with files.alone(tmp_path, "backups"):
            pass
    with files.alone(tmp_path, "station"):
        pass


def test_a_damaged_list_of_tables_that_is_no_text_is_told_in_a_sentence(tmp_path):
    path, key = tmp_path / "gate.depter", bytes(32)
    connection = connect(path, key, create=True)
    connection.execute("create table gate_log (a)")
    connection.execute("pragma writable_schema = ON")
    connection.execute("update sqlite_master set sql = cast('creat' || x'ff' as text), name = cast(x'ff' as text)")
    connection.close()
    with pytest.raises(AppError, match="does not open with its key"):
        connect(path, key)
    assert path.stat().st_size > 0
