"""The commands that work with an open station, typed as an administrator does: keys, receipts, questions, held files, undo."""

import json

import openpyxl
import pytest

from desktop.cli import run
from desktop.registers.declarations import load
from desktop.registers.problems import AppError
from desktop.store.keyring import Newcomer
from desktop.store.vault import DEFINITIONS, make_station, open_vault
from tests.test_cli import PASSWORD, as_object, command, handed_off, headquarters, in_russian, password, prison  # noqa: F401

# The fixtures are those of all commands, given by their names.
# ruff: noqa: F811


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir()
    return folder


@pytest.fixture
def met(prison, headquarters, command, as_object, stick):
    """Let prison and headquarters enrol each other by their key files."""
    for one, other in ((prison, headquarters), (headquarters, prison)):
        made = as_object("keys", one, "--out", stick)
        assert command("enrol", other, made["file"], "--accept")[0] == 0


def test_a_station_is_enrolled_once_its_words_were_compared(prison, headquarters, command, as_object, stick):
    made = as_object("keys", prison, "--out", stick)
    shown = as_object("enrol", headquarters, made["file"])["offers"]
    assert {one["zone"]: one["words"] for one in shown} == made["words"]
    assert {(one["state"], one["accepted"]) for one in shown} == {("new", False)}
    code, out, _ = command("enrol", headquarters, made["file"], "--zone", "security", "--accept")
    assert (code, "Ключи приняты" in out) == (0, True)
    after = {one["zone"]: one["state"] for one in as_object("enrol", headquarters, made["file"])["offers"]}
    assert (after["security"], after["health"]) == ("same", "new")


def edit(path):
    book = openpyxl.load_workbook(path)
    sheet = next(page for page in book if page.max_column > 5 and page.title != "_lists" and page.cell(1, 1).value == "uid")
    names = [cell.value for cell in sheet[1]]
    sheet.cell(3, names.index("seized_on") + 1).value = "2013-03-06"
    book.save(path)


def test_an_edited_hand_off_is_held_and_named_until_somebody_chooses(met, handed_off, headquarters, command, as_object):
    edit(handed_off["file"])
    code, out, _ = command("merge", headquarters, handed_off["file"])
    assert (code, "задержан" in out, "05.03.2013 → 06.03.2013" in out) == (1, True, True)
    [told] = as_object("merge", headquarters, handed_off["file"], "--preview")["files"]
    assert (told["held"], told["signature"]["state"]) == (True, "edited")
    choice = ("--accept", f"{told['check']}=signed")
    code, _, err = command("merge", headquarters, handed_off["file"], *choice)
    assert (code, "--why" in err) == (1, True)
    code, _, err = command("merge", headquarters, handed_off["file"], "--accept", told["check"], "--why", "x")
    assert (code, "=signed" in err) == (1, True)
    assert dates(headquarters) == []
    as_object("merge", headquarters, handed_off["file"], *choice, "--why", "звонок начальнику")
    assert dates(headquarters) == ["2013-03-05"]


def test_a_number_of_no_held_file_chooses_nothing(met, handed_off, headquarters, command):
    code, _, err = command("merge", headquarters, handed_off["file"], "--accept", "0000-0000", "--why", "x")
    assert (code, "0000-0000" in err, dates(headquarters)) == (1, True, [])


def dates(folder):
    with open_vault(folder, load(), PASSWORD) as vault:
        return [item.record["seized_on"] for item in vault.records("seizures").all()]


def test_a_merge_is_taken_back_as_a_whole(handed_off, headquarters, command, as_object):
    check = as_object("merge", headquarters, handed_off["file"])["files"][0]["check"]
    code, _, err = command("undo-merge", headquarters, check, "--why", "  ")
    assert (code, bool(err)) == (1, True)
    assert as_object("undo-merge", headquarters, check, "--why", "не та флешка")["removed"] == 1
    assert dates(headquarters) == []
    assert command("undo-merge", headquarters, check, "--why", "ещё раз")[0] == 1


def test_a_question_goes_with_the_receipt_and_its_answer_with_the_next_hand_off(
    met, handed_off, prison, headquarters, command, as_object, tmp_path
):
    as_object("merge", headquarters, handed_off["file"])
    with open_vault(headquarters, load(), PASSWORD) as vault:
        number = vault.records("seizures").all()[0].record["number"]
    asked = as_object("ask", headquarters, "seizures", number, "Точно пятого?")
    post = tmp_path / "post"
    post.mkdir()
    assert len(as_object("write-receipts", headquarters, "--out", post)["files"]) == 1
    [read] = as_object("read-receipts", prison, post)["receipts"]
    assert (read["zone"], read["records"], read["asked"]) == ("security", 1, 1)
    [question] = as_object("questions", prison)["questions"]
    assert (question["uid"], question["number"], question["asked"]) == (asked["uid"], number, "Точно пятого?")
    as_object("answer", prison, asked["uid"], "Да, пятого.")
    assert as_object("questions", prison)["questions"] == []
    made = as_object("handoff", prison, "--month", "2013-03", "--zone", "security", "--out", post, "--why", "ответ")
    as_object("merge", headquarters, made["files"][0]["file"])
    [answered] = as_object("questions", headquarters, "--all")["questions"]
    assert answered["answer"] == "Да, пятого."
    again = as_object("ask-again", headquarters, asked["uid"], "А кто видел?")
    assert again["closed"] == asked["uid"] != again["uid"]
    code, _, err = command("close-question", headquarters, asked["uid"])
    assert (code, number in err) == (1, True)
    as_object("close-question", headquarters, again["uid"])
    assert {one["state"] for one in as_object("questions", headquarters, "--all")["questions"]} == {"closed"}
    assert command("close-question", prison, again["uid"])[0] == 1
    code, out, _ = command("read-receipts", prison, made["files"][0]["file"], "--json")
    assert (code, [type(said) for said in json.loads(out)["refused"]]) == (1, [str])


def test_a_pack_that_is_none_is_refused_in_words_and_none_is_sent_before_one_was_applied(
    met, prison, headquarters, command, tmp_path
):
    absent, strange = tmp_path / "absent.json.sealed", tmp_path / "strange.json.sealed"
    strange.write_bytes(b"\x00nothing")
    for path in (absent, strange, tmp_path):
        code, out, err = command("apply-pack", prison, path, "--apply", "--json")
        assert (code, out, path.name in err) == (1, "", True)
    code, out, err = command("send-packs", headquarters, "--out", tmp_path, "--json")
    assert (code, out, err) == (1, "", AppError("packs.nothing_applied").text["ru"] + "\n")
    assert not (prison / DEFINITIONS).exists()


def test_the_history_of_a_record_and_the_people_of_a_station_are_told(handed_off, prison, command, as_object):
    with open_vault(prison, load(), PASSWORD) as vault:
        number = vault.records("seizures").all()[0].record["number"]
    told = as_object("history", prison, "seizures", number)
    assert [event["action"] for event in told["events"]] == ["new", "handed_off"]
    code, out, _ = command("history", prison, "seizures", number)
    assert (code, "05.03.2013" in out) == (0, True)
    assert command("history", prison, "seizures", "IK-01-S-2013-9999")[0] == 1
    [person] = as_object("people", prison)["people"]
    assert (person["name"], person["failed"]) == ("Асанов А.", 0)


@pytest.mark.parametrize(
    "words", [("keys", "--out", "."), ("undo-merge", "AAAA-0000", "--why", "x"), ("write-receipts", "--out", "."), ("questions",),
              ("close-question", "x"), ("apply-pack", "x.json.sealed"), ("send-packs", "--out", ".")]
)  # fmt: skip
def test_a_role_that_may_not_is_refused_and_a_wrong_password_opens_nothing(tmp_path, capsys, password, words):
    folder, name, rest = tmp_path / "IK-03", words[0], words[1:]
    people = [Newcomer("Асанов А.", ("administrator",), PASSWORD), Newcomer("Бекова Г.", ("security_officer",), PASSWORD)]
    people += [Newcomer("Врачова Д.", ("prison_medic",), PASSWORD), Newcomer("Усманов Т.", ("training_officer",), PASSWORD)]
    holders = {"security": "Бекова Г.", "intelligence": "Бекова Г.", "health": "Врачова Д.", "training": "Усманов Т."}
    make_station(folder, load(), prison="IK-03", people=people, holders=holders, profile="cheapest")
    ask = ["--password-file", str(password), "--person", "Асанов А."]
    assert run([name, str(folder), *rest, *ask]) == 1
    assert "Роль" in capsys.readouterr().err
    password.write_text("не тот", "utf-8")
    assert run([name, str(folder), *rest, *ask]) == 1
    assert "Роль" not in capsys.readouterr().err
