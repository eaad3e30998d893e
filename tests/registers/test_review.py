import shutil

import pytest

from desktop.registers.labels import LANGUAGES
from desktop.registers.resources import RESOURCES
from desktop.registers.review import Text, check, read_glossary, review, slips, texts
from tests.sample import write_sample

SURE = {"изъятие", "жазуу", "алып коюу"}


def said(**words):
    return list(slips(Text("x.toml", "field x, label", words), SURE))


def test_a_text_with_all_its_words_has_no_slip():
    assert said(ru="Изъятие", ky="Алып коюу", en="Seizure") == []
    assert said(ru="Изъятия", ky="?Алып коюулар", en="Seizures") == []
    assert said(ru="Героин", ky="Героин", en="Heroin") == []
    assert said(ru=["{n} запись", "{n} записи", "{n} записей"], ky=["{n} жазуу"], en=["{n} record", "{n} records"]) == []
    assert said(ru="{n} ч", ky="{n} …", en="{n} h") == []


@pytest.mark.parametrize(
    ("words", "slip"),
    [
        ({"ru": "Изъятие", "en": "Seizure"}, "has no words for 'ky'"),
        ({"ru": "Изъятие", "ky": "? ", "en": "Seizure"}, "has no words for 'ky'"),
        ({"ru": "", "ky": "Алып коюу", "en": "Seizure"}, "has no words for 'ru'"),
        ({"ru": ["{n} раз", "{n} раза"], "ky": ["?{n} жолу"], "en": ["{n} time", "{n} times"]}, "plural forms"),
        ({"ru": "раз", "ky": ["?жолу"], "en": ["time", "times"]}, "plural forms"),
        ({"ru": "{file} готов", "ky": "?{file} даяр", "en": "{name} is ready"}, "names different things"),
        ({"ru": "{n} из {m}", "ky": "?{n}", "en": "{n} of {m}"}, "names different things"),
        (
            {"ru": "Изъятия", "ky": "Алып коюулар", "en": "Seizures"},
            "the Kyrgyz 'Алып коюулар' is no word of the glossary and no loan word: mark it with ? for review",
        ),
    ],
)
def test_a_slip_in_a_text_is_named(words, slip):
    found = said(**words)
    assert len(found) == 1
    assert slip in found[0]


def test_every_text_of_the_program_fits():
    assert check(RESOURCES) == []


def test_the_texts_are_found_wherever_they_stand(tmp_path):
    write_sample(tmp_path)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "t.toml").write_text('[[when]]\nname = "w"\nreason = { ru = "а", ky = "?б", en = "c" }\n', "utf-8")
    found = {(text.file, text.place): text.is_unsure for text in texts(tmp_path)}
    assert found["registers/gate_log.toml", "lines loads, field cargo, label"] is False
    assert found["registers/gate_log.toml", "purpose"] is False
    assert found["codes/directions.csv", "code IN"] is False
    assert found["tables/t.toml", "when w, reason"] is True


def test_the_review_lists_each_marked_text_once_and_the_words_to_choose():
    listed = list(review(RESOURCES))
    marked = [text for text in texts(RESOURCES) if text.is_unsure]
    words = [row for row in read_glossary(RESOURCES) if row["sure"] == "check"]
    assert marked
    assert words
    rows = [line for line in listed if line.startswith("| ") and "| Kyrgyz |" not in line]
    assert len(rows) == len(marked) + len(words)
    assert listed[2].startswith(f"{len(marked)} of ")
    assert all("| ?" not in row for row in rows)


def test_a_bar_or_a_new_line_in_a_text_does_not_break_its_table(tmp_path):
    write_sample(tmp_path)
    shutil.copytree(RESOURCES / "i18n", tmp_path / "i18n")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "t.toml").write_text('reason = { ru = "а|б\\nв", ky = "?г|д", en = "c" }\n', "utf-8")
    assert "| reason | г\\|д | а\\|б<br>в |" in list(review(tmp_path))


def test_the_glossary_is_whole():
    rows = read_glossary(RESOURCES)
    assert all(row[language].strip() for row in rows for language in LANGUAGES)
    assert {row["sure"] for row in rows} == {"yes", "likely", "check"}
