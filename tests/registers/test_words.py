import ast
import tomllib
from pathlib import Path

import pytest

import desktop
from desktop.registers.folding import fold, sort_key, swap_layout
from desktop.registers.labels import LANGUAGES
from desktop.registers.messages import message, sentences
from desktop.registers.resources import RESOURCES

PROGRAM = Path(desktop.__file__).parent


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("осум", "Өсүмдүк"), ("Asanov", "Асанов"), ("зелен", "Зелёный"), ("жангыл", "Жангыл"), ("Zhumabek", "Жумабек"),
     ("Djumabek", "Жумабек"), ("Jyldyz", "Жылдыз"), ("тонун", "Тоңүн"), ("Yulia", "Юлия"), ("kharkov", "Харьков")],
)  # fmt: skip
def test_folding_finds_what_people_write_differently(typed, kept):
    assert fold(typed) in fold(kept)


def test_a_word_typed_on_the_wrong_layout_is_swapped():
    assert swap_layout("ghbdtn") == "привет"
    assert swap_layout("в02") == "d02"


def test_kyrgyz_letters_sort_in_their_alphabet():
    words = ["ңака", "нан", "опа", "өзөн", "уста", "үй", "фото", "Еж", "ёж"]
    assert sorted(words, key=sort_key) == ["Еж", "ёж", "нан", "ңака", "опа", "өзөн", "уста", "үй", "фото"]


def test_every_sentence_is_there_in_every_language():
    for path in (RESOURCES / "messages").glob("*.toml"):
        for group, entries in tomllib.loads(path.read_text("utf-8")).items():
            for name, words in entries.items():
                assert set(words) == set(LANGUAGES), f"{path.name}: {group}.{name}"
                forms = {k: v if isinstance(v, list) else [v] for k, v in words.items()}
                assert all(form.strip("? ") for found in forms.values() for form in found), f"{group}.{name}"
                if any(isinstance(v, list) for v in words.values()):
                    assert {k: len(v) for k, v in forms.items()} == {"ru": 3, "ky": 1, "en": 2}, f"{group}.{name}"


def asked_for():
    """List the names of sentences that the program asks for, with the file that does."""
    for path in PROGRAM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if function in ("message", "AppError", "NotReadable", "say") and "." in str(node.args[0].value):
                    yield str(node.args[0].value), path.name


def test_every_sentence_the_program_asks_for_is_declared():
    assert {name for name, _ in asked_for()} - sentences().keys() == set()


def test_plurals_follow_their_language():
    said = [message("sheet.records", n=n)["ru"] for n in (1, 2, 5, 11, 21, 104)]
    assert said == ["1 запись", "2 записи", "5 записей", "11 записей", "21 запись", "104 записи"]
    assert [message("sheet.records", n=n)["en"] for n in (1, 2)] == ["1 record", "2 records"]
