"""Every command as an administrator types it: exit codes, one JSON object, sentences on stderr, and what lies there after."""

import json
import os
import subprocess
import sys

import openpyxl
import pytest

from desktop import __version__
from desktop.cli import run
from desktop.registers.declarations import load
from desktop.registers.messages import message
from desktop.store.backups import backups, own_place
from desktop.store.keyring import Newcomer
from desktop.store.vault import make_station, open_vault

PASSWORD = "пароль №1"
HASHISH = {"category": "DRG", "substance": "CAN-RES", "quantity": 12_500_000, "unit": "G", "quantity_kind": "NET"}


@pytest.fixture(autouse=True)
def in_russian(monkeypatch):
    monkeypatch.setenv("DEPTER_LANGUAGE", "ru")


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password.txt"
    path.write_text(PASSWORD + "\n", "utf-8")
    return path


@pytest.fixture
def command(password, capsys):
    """Run a command line with the password file, and give its exit code, stdout and stderr."""

    def typed(name, *arguments, ask=True):
        secret = ["--password-file", str(password)] if ask else []
        code = run([name, *map(str, arguments), *secret])
        return code, *capsys.readouterr()

    return typed


@pytest.fixture
def as_object(command):
    """Run a command with --json, and give the one object that it printed."""

    def typed(*arguments, ask=True):
        code, out, err = command(*arguments, "--json", ask=ask)
        assert (code, err) == (0, "")
        assert out.count("\n") == 1
        return json.loads(out)

    return typed


@pytest.fixture
def prison(tmp_path, command):
    """A prison that has recorded one seizure of March 2013."""
    folder = tmp_path / "IK-01"
    assert command("new", folder, "--prison", "IK-01", "--person", "Асанов А.", "--profile", "cheapest")[0] == 0
    with open_vault(folder, load(), PASSWORD) as vault:
        seizure = {"seized_on": "2013-03-05", "location": "CEL", "entry_route": "THR", "detection": "CEL", "owner_known": "N",
                   "case_opened": "N"}  # fmt: skip
        assert vault.records("seizures").save(seizure, {"items": [dict(HASHISH)]}, ready=True).kept
    return folder


@pytest.fixture
def headquarters(tmp_path, command):
    folder = tmp_path / "HQ"
    assert command("new", folder, "--headquarters", "--person", "Бекова Г.", "--profile", "cheapest")[0] == 0
    return folder


@pytest.fixture
def handed_off(prison, as_object, tmp_path):
    """The hand-off of the prison's security registers for March 2013, as the command tells of it."""
    out = tmp_path / "stick"
    out.mkdir()
    return as_object("handoff", prison, "--month", "2013-03", "--zone", "security", "--out", out)["files"][0]


def count(folder, register):
    with open_vault(folder, load(), PASSWORD) as vault:
        return vault.records(register).count()


def total(as_object, headquarters):
    return as_object("table", headquarters, "drug_weight")["total"]["value"]


def test_a_new_station_opens_with_its_password_and_is_never_made_over(tmp_path, command, password):
    words = ("--prison", "IK-16", "--person", "Асанов А.", "--profile", "cheapest")
    code, out, err = command("new", tmp_path / "IK-16", *words)
    assert (code, out, err) == (0, "Станция «ИК-16 Беловодское» готова.\n", "")
    assert count(tmp_path / "IK-16", "seizures") == 0
    code, out, err = command("new", tmp_path / "IK-16", *words)
    assert (code, out) == (1, "")
    assert "уже есть станция" in err


def test_an_unknown_prison_makes_no_station(tmp_path, command):
    code, _, err = command("new", tmp_path / "x", "--prison", "IK-99", "--profile", "cheapest")
    assert (code, err) == (1, "В списке нет учреждения IK-99.\n")
    assert not (tmp_path / "x").exists()


def test_a_seizure_goes_from_prison_to_the_national_table(handed_off, headquarters, as_object):
    assert handed_off["counts"]["seizures"] == 1
    merged = as_object("merge", headquarters, handed_off["file"])
    assert (merged["preview"], merged["files"][0]["counts"]) == (False, {"new": 2})
    assert count(headquarters, "seizures") == 1
    assert total(as_object, headquarters) == "0.0125"


def test_a_preview_says_what_a_merge_would_do_and_writes_nothing(handed_off, headquarters, as_object):
    previewed = as_object("merge", headquarters, handed_off["file"], "--preview")
    assert (previewed["preview"], previewed["files"][0]["counts"]) == (True, {"new": 2})
    assert count(headquarters, "seizures") == 0
    assert as_object("merge", headquarters, handed_off["file"])["files"][0]["counts"] == {"new": 2}


def test_before_a_merge_a_backup_is_made_and_before_a_preview_none(handed_off, headquarters, as_object):
    as_object("merge", headquarters, handed_off["file"], "--preview")
    assert list(backups(own_place(headquarters))) == []
    as_object("merge", headquarters, handed_off["file"])
    assert [(one.why, one.zone("security").records) for one in backups(own_place(headquarters))] == [("import", 0)]


def test_merging_twice_changes_nothing(handed_off, headquarters, as_object):
    first = as_object("merge", headquarters, handed_off["file"])["files"][0]
    before = total(as_object, headquarters)
    again = as_object("merge", headquarters, handed_off["file"])["files"][0]
    assert (first["known"], again["known"]) == (False, True)
    assert (again["accepted"], again["rejected"]) == (2, 0)
    assert (count(headquarters, "seizures"), total(as_object, headquarters)) == (1, before)


def test_a_folder_stands_for_the_workbooks_in_it(handed_off, headquarters, as_object, tmp_path):
    (tmp_path / "stick" / "~$open.xlsx").write_bytes(b"owner")
    (tmp_path / "stick" / "read me.txt").write_text("x")
    files = as_object("merge", headquarters, tmp_path / "stick")["files"]
    assert [file["accepted"] for file in files] == [2]


def test_a_rejected_row_is_named_with_its_cell_and_can_be_written_to_a_workbook(
    handed_off, headquarters, command, as_object, tmp_path
):
    book = openpyxl.load_workbook(handed_off["file"])
    sheet = book[next(row[1].value for row in book["_meta"].iter_rows() if row[0].value == "sheet.seizures")]
    place = next(cell for cell in sheet[1] if cell.value == "location")
    sheet.cell(3, place.column).value = "нигде"
    book.save(handed_off["file"])
    errors = tmp_path / "errors.xlsx"
    check = as_object("merge", headquarters, handed_off["file"], "--preview")["files"][0]["check"]
    insisted = ("--accept", f"{check}=edited", "--why", "подтвердили по телефону")
    code, out, err = command("merge", headquarters, handed_off["file"], "--errors", errors, *insisted)
    assert (code, err) == (0, "")
    assert f"{place.column_letter}3   нигде   «нигде» нет в списке" in out
    assert "строк принято 0, отклонено 2" in out
    assert "нигде" in {cell.value for page in openpyxl.load_workbook(errors) for row in page.iter_rows() for cell in row}


def test_what_is_no_workbook_is_refused_and_the_others_still_merge(handed_off, headquarters, command, tmp_path):
    photo = tmp_path / "photo.xlsx"
    photo.write_bytes(b"\x89PNG")
    code, out, err = command("merge", headquarters, photo, handed_off["file"])
    assert (code, err) == (1, "")
    assert "photo.xlsx — не книга .xlsx" in out
    assert count(headquarters, "seizures") == 1


def test_a_prison_merges_nothing(handed_off, prison, command):
    code, out, err = command("merge", prison, handed_off["file"])
    assert (code, out) == (1, "")
    assert "Передачи объединяются в центральном аппарате" in err


def test_what_headquarters_has_received_is_not_handed_off_again(handed_off, prison, as_object, command, tmp_path):
    assert as_object("acknowledge", prison, handed_off["check"]) == {"records": 1}
    words = ("handoff", prison, "--month", "2013-03", "--zone", "security", "--out", tmp_path / "stick", "--why", "уточнение")
    again = as_object(*words)["files"][0]
    assert (again["revision"], again["counts"]["seizures"]) == (2, 0)
    code, out, err = command("acknowledge", prison, "0000-0000")
    assert (code, out) == (1, "")
    assert "0000-0000" in err


def test_a_template_is_a_workbook_to_fill_in_and_needs_no_password(prison, headquarters, as_object, tmp_path):
    file = tmp_path / "template.xlsx"
    words = ("--zone", "security", "--month", "2013-03", "--out", file)
    assert as_object("template", prison, *words, ask=False) == {"file": str(file)}
    merged = as_object("merge", headquarters, file)["files"][0]
    assert (merged["prison"], merged["accepted"], merged["rejected"]) == ("IK-01", 0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--month", "2013-13", "--zone", "security"], "«2013-13» — не месяц"),
        (["--month", "2013-03", "--zone", "kitchen"], "Раздела kitchen нет"),
        (["--month", "2013-03", "--zone", "intelligence"], "не передаётся на флешке в открытом виде"),
    ],
)
def test_a_hand_off_that_cannot_be_is_refused_with_a_sentence(prison, command, tmp_path, arguments, said):
    code, out, err = command("handoff", prison, *arguments, "--out", tmp_path)
    assert (code, out) == (1, "")
    assert said in err
    assert list(tmp_path.glob("*.xlsx")) == []


def test_a_table_is_printed_for_people_and_as_one_object_for_programs(handed_off, headquarters, command, as_object):
    as_object("merge", headquarters, handed_off["file"])
    code, out, err = command(
        "table", headquarters, "drug_weight", "--from", "2013-01", "--to", "2013-03", "--by", "prison,group"
    )
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "Изъято наркотиков, кг · 01.2013 – 03.2013"
    assert "ИК-1 Молдовановка  Каннабис  0,0125 кг        1" in out
    found = as_object("table", headquarters, "drug_weight", "--by", "prison")
    assert found["rows"] == [
        {"key": {"prison": "IK-01"}, "labels": {"prison": "ИК-1 Молдовановка"}, "value": "0.0125", "unit": "KG", "records": 1, "lines": 1}
    ]  # fmt: skip
    code, out, _ = command("table", headquarters, "drug_weight", "--by", "prison", "--format", "json")
    assert (code, json.loads(out)) == (0, found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["drugs"], "Таблицы drugs нет"),
        (["drug_weight", "--by", "colour"], "нельзя разбить по colour"),
        (["drug_weight", "--from", "March"], "«March» — не месяц"),
    ],
)
def test_a_table_that_cannot_be_is_refused_with_a_sentence(headquarters, command, arguments, said):
    code, out, err = command("table", headquarters, *arguments)
    assert (code, out) == (1, "")
    assert said in err


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


def void_the_seizure(folder):
    with open_vault(folder, load(), PASSWORD) as vault:
        records = vault.records("seizures")
        records.void(records.all()[0].record["uid"], "ERR", "ошибка")


def state_of_the_seizure(folder):
    with open_vault(folder, load(), PASSWORD) as vault:
        return vault.records("seizures").all()[0].record["state"]


def test_a_list_is_exported_and_names_nobody_without_a_reason(prison, command, as_object, tmp_path):
    out = tmp_path / "список.csv"
    written = as_object("export", prison, "seizures", "--out", out, "--month", "2013-03", "--codes", "codes")
    assert (written["records"], written["files"][0]) == (1, str(out))
    assert "CAN-RES" in (tmp_path / "список_items.csv").read_text("utf-8-sig")
    assert as_object("export", prison, "seizures", "--out", out, "--month", "2013-02")["records"] == 0
    naming = ["export", prison, "seizures", "--out", tmp_path / "имена.xlsx", "--columns", "number,created_by"]
    code, _, err = command(*naming)
    assert (code, "Кто создал" in err, (tmp_path / "имена.xlsx").exists()) == (1, True, False)
    assert as_object(*naming, "--identified", "запрос суда")["records"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "seizures"),
        (["seizures", "--month", "2013-13"], "не месяц"),
        (["seizures", "--columns", "number,nothing"], "seized_on"),
    ],
)
def test_a_list_that_cannot_be_is_refused_with_a_sentence(arguments, said, prison, command, tmp_path):
    code, _, err = command("export", prison, *arguments, "--out", tmp_path / "список.csv")
    assert (code, said in err, list(tmp_path.glob("*.csv"))) == (1, True, [])


def test_a_sound_station_is_checked_with_a_mark_for_each_history(prison, command, as_object):
    code, out, err = command("check", prison)
    assert (code, err) == (0, "")
    assert out.startswith("Безопасность: 1 запись, отметка истории ")
    checked = as_object("check", prison)
    assert (checked["sound"], checked["findings"], checked["unopened"]) == (True, [], [])
    marks = {zone["zone"]: zone["mark"] for zone in checked["zones"]}
    assert command("check", prison, "--mark", f"security={marks['security']}")[0] == 0


def test_an_edited_event_is_named_by_the_check_which_ends_with_one(prison, command):
    with open_vault(prison, load(), PASSWORD) as vault:
        connection = vault.zone("security").connection
        connection.executescript("drop trigger history_no_update; update history set why = 'x' where seq = 2")
    code, out, err = command("check", prison)
    assert (code, err) == (1, "")
    assert "история нарушена на событии 2" in out
    code, out, _ = command("check", prison, "--json")
    found = json.loads(out)
    assert (code, found["sound"]) == (1, False)
    assert {"chain", "guard"} <= {finding["kind"] for finding in found["findings"]}
    assert next(finding["event"] for finding in found["findings"] if finding["kind"] == "chain") == 2


@pytest.mark.parametrize(
    ("mark", "code", "said"),
    [("security=2-0000-0000-0000", 1, "«печатный лист»: история переписана"), ("security=2-00", 1, "не отметка истории"),
     ("kitchen=2-0000-0000-0000", 1, "Раздела kitchen нет")],
)  # fmt: skip
def test_a_mark_from_a_printed_page_is_compared(prison, command, mark, code, said):
    found, out, err = command("check", prison, "--mark", mark)
    assert found == code
    assert said in out + err


def test_a_backup_is_made_beside_the_station_and_on_a_stick(prison, as_object, stick):
    here = as_object("backup", prison)
    out = as_object("backup", prison, "--to", stick)
    assert (here["number"], out["number"]) == (1, 2)
    assert (prison / "backups" / "000001" / "security.depter").exists()
    assert out["folder"].startswith(str(stick))
    zones = {zone["zone"]: (zone["records"], zone["verified"]) for zone in out["zones"]}
    assert (zones["security"], zones["health"], out["problems"]) == ((1, True), (0, True), [])


def test_a_backup_in_which_something_is_missing_ends_with_one(prison, command):
    (prison / "training.depter").write_bytes(b"x" * 8192)
    code, out, err = command("backup", prison)
    assert (code, err) == (1, "")
    assert "training.depter не открывается" in out
    assert command("backup", prison, "--to", prison.parent / "нет")[0] == 1


def test_a_restore_says_what_it_would_change_and_then_keeps_what_it_replaces(prison, as_object, command):
    as_object("backup", prison)
    void_the_seizure(prison)
    before = (prison / "security.depter").read_bytes()
    words = ("restore", prison, "--from", prison, "--zone", "security")
    foreseen = {zone["zone"]: zone for zone in as_object(*words, "--preview")["zones"]}
    assert (list(foreseen), foreseen["security"]["older"], foreseen["security"]["lost"]) == (["security"], 1, 0)
    assert "вернётся к прежней редакции 1" in command(*words, "--preview")[1]
    assert state_of_the_seizure(prison) == "VOID"
    restored = as_object(*words)
    assert (restored["number"], restored["files"]) == (1, ["security.depter"])
    assert len((prison / "replaced" / "000001" / "security.depter").read_bytes()) >= len(before)
    assert state_of_the_seizure(prison) == "READY"
    code, out, _ = command("check", prison)
    assert code == 0
    assert "копию 1" in out


def test_a_new_computer_is_set_up_from_the_stick_alone(prison, as_object, stick, tmp_path):
    as_object("backup", prison, "--to", stick)
    fresh = tmp_path / "новый"
    restored = as_object("restore", fresh, "--from", stick, "--person", "Асанов А.")
    assert "station.json" in restored["files"]
    assert count(fresh, "seizures") == 1


def test_the_backup_of_a_number_is_put_back_and_no_other(prison, as_object, command):
    as_object("backup", prison)
    void_the_seizure(prison)
    as_object("backup", prison)
    code, out, err = command("restore", prison, "--from", prison, "--number", "7")
    assert (code, out) == (1, "")
    assert "нет такой копии" in err
    assert state_of_the_seizure(prison) == "VOID"
    assert as_object("restore", prison, "--from", prison / "backups", "--number", "1")["number"] == 1
    assert state_of_the_seizure(prison) == "READY"


def test_another_stations_backup_is_not_taken(prison, headquarters, as_object, command, stick, tmp_path):
    as_object("backup", prison, "--to", stick)
    code, _, err = command("restore", headquarters, "--from", stick)
    assert (code, "нет такой копии" in err) == (1, True)
    as_object("backup", headquarters, "--to", stick)
    assert as_object("restore", headquarters, "--from", stick)["number"] == 1
    code, _, err = command("restore", tmp_path / "новый", "--from", stick)
    assert (code, "копии нескольких станций" in err) == (1, True)
    assert not (tmp_path / "новый").exists()


def test_a_wrong_password_or_another_person_restores_nothing(prison, as_object, command, password):
    as_object("backup", prison)
    assert "Никто здесь нет" in command("restore", prison, "--from", prison, "--person", "Никто")[2]
    password.write_text("другой", "utf-8")
    code, out, err = command("restore", prison, "--from", prison)
    assert (code, out, err.startswith("Неверный пароль")) == (1, "", True)
    assert not (prison / "replaced").exists()


def test_the_person_is_named_where_several_have_a_password(tmp_path, command, as_object):
    people = [Newcomer("Асанов А.", ("administrator",), PASSWORD), Newcomer("Бекова Г.", ("security_officer",), PASSWORD)]
    people += [Newcomer("Врачова Д.", ("prison_medic",), PASSWORD), Newcomer("Усманов Т.", ("training_officer",), PASSWORD)]
    holders = {"security": "Бекова Г.", "intelligence": "Бекова Г.", "health": "Врачова Д.", "training": "Усманов Т."}
    folder = tmp_path / "IK-03"
    make_station(folder, load(), prison="IK-03", people=people, holders=holders, profile="cheapest")
    code, out, err = command("check", folder, "--person", "Асанов А.")
    assert (code, out) == (1, "")
    assert "проверять нечего" in err
    checked = as_object("check", folder, "--person", "Врачова Д.")
    assert [zone["zone"] for zone in checked["zones"]] == ["health"]
    assert checked["unopened"] == ["intelligence", "security", "training"]
    closed = as_object("backup", folder, "--person", "Асанов А.")
    assert {zone["verified"] for zone in closed["zones"]} == {False}


@pytest.mark.parametrize(
    "arguments",
    [
        ["new"], ["new", "x", "--prison", "IK-01", "--headquarters"], ["handoff", "x"], ["merge", "x"], ["table", "x"],
        ["table", "x", "drug_weight", "--format", "pdf"], ["acknowledge", "x"], ["template", "x"], ["demo"], ["bake"],
        ["table", "x", "drug_weight", "--password", PASSWORD], ["demo", "x", "--seed", "many"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_two_and_says_what_was_wanted(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert err.startswith("usage: depter")


def test_a_wrong_password_opens_nothing(headquarters, command, password):
    password.write_text("другой", "utf-8")
    code, out, err = command("table", headquarters, "drug_weight")
    assert (code, out) == (1, "")
    assert err.startswith("Неверный пароль")
    assert "другой" not in err


@pytest.mark.parametrize("saved", [PASSWORD, f"{PASSWORD}\r\n", f"\ufeff{PASSWORD}\n"])
def test_a_password_file_may_come_from_any_editor(headquarters, command, password, saved):
    password.write_bytes(saved.encode())
    assert command("table", headquarters, "drug_weight")[0] == 0


def test_a_missing_or_unreadable_password_file_is_said(headquarters, command, password):
    password.write_bytes(b"\xff\xfe\x00")
    assert "password.txt не читается" in command("table", headquarters, "drug_weight")[2]
    password.unlink()
    code, _, err = command("table", headquarters, "drug_weight")
    assert (code, err) == (1, "Файл с паролем password.txt не читается.\n")


def test_a_folder_without_a_station_is_said_before_a_password_is_asked(tmp_path, command):
    code, _, err = command("table", tmp_path, "drug_weight", ask=False)
    assert code == 1
    assert "нет станции" in err


def test_the_password_is_asked_where_no_file_holds_it(headquarters, command, monkeypatch):
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or PASSWORD)
    code, _, err = command("table", headquarters, "drug_weight", ask=False)
    assert (code, err, asked) == (0, "", ["Пароль: "])


def test_the_language_and_json_may_stand_before_the_command_or_after(headquarters, command, capsys, password):
    tail = ["table", str(headquarters), "drugs", "--password-file", str(password)]
    for arguments in (["--language", "en", *tail], [*tail, "--language", "en"]):
        assert run(arguments) == 1
        assert capsys.readouterr().err.startswith("There is no table drugs")
    assert run(["--json", "table", str(headquarters), "drug_weight", "--password-file", str(password)]) == 0
    assert json.loads(capsys.readouterr().out)["table"] == "drug_weight"


def test_open_without_a_display_refuses_with_a_sentence(headquarters, command, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    for arguments in ([], ["open"], ["open", str(headquarters)]):
        assert run(arguments) == 1
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    code, out, err = command("open", headquarters, ask=False)
    assert (code, out) == (1, "")
    assert message("cli.no_display")["ru"] in err


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_help_is_in_the_language_of_the_terminal(language, monkeypatch, capsys):
    monkeypatch.setenv("DEPTER_LANGUAGE", language)
    with pytest.raises(SystemExit) as ended:
        run(["--help"])
    assert ended.value.code == 0
    assert message("cli.merge")[language] in " ".join(capsys.readouterr().out.split())


def test_the_program_itself_gives_the_exit_codes_and_writes_cyrillic_whatever_the_terminal(headquarters, password):
    def typed(*arguments):
        environment = os.environ | {"DEPTER_LANGUAGE": "ru", "PYTHONIOENCODING": "ascii"}
        return subprocess.run(
            [sys.executable, "-m", "desktop", *arguments], capture_output=True, check=False, env=environment, timeout=120
        )

    assert typed("--version").stdout.decode() == f"Depter {__version__}\n"
    done = typed("table", str(headquarters), "drug_weight", "--password-file", str(password))
    assert (done.returncode, done.stdout.decode().splitlines()[0]) == (0, "Изъято наркотиков, кг · за всё время")
    refused = typed("table", str(headquarters), "drugs", "--password-file", str(password))
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert "Таблицы drugs нет" in refused.stderr.decode()
    assert typed("bake").returncode == 2
    no_terminal = typed("table", str(headquarters), "drug_weight")
    assert (no_terminal.returncode, no_terminal.stdout) == (1, b"")


def test_a_hand_off_is_locked_and_opened_by_the_password_in_a_file(prison, headquarters, as_object, command, tmp_path):
    out, word = tmp_path / "stick", tmp_path / "word"
    out.mkdir()
    word.write_text("ёлка под снегом №7\n", "utf-8")
    words = ("--month", "2013-03", "--zone", "security", "--out", out, "--lock-password-file", word)
    (made,) = as_object("handoff", prison, *words)["files"]
    assert made["locked"]
    assert command("merge", headquarters, made["file"])[0] == 1
    (opened,) = as_object("merge", headquarters, made["file"], "--lock-password-file", word)["files"]
    assert (opened["locked"], opened["check"]) == (False, made["check"])
    assert opened["accepted"] > 0
    word.write_text("коротко", "utf-8")
    code, _, err = command("handoff", prison, *words, "--why", "ещё")
    assert (code, "12" in err) == (1, True)
