"""What a person chose at a station: kept apart for each, and never a reason not to start."""

import pytest

from desktop.registers.problems import AppError
from desktop.store.settings import FILE, Settings, read_settings, write_settings

CHOSEN = Settings("ky", 12, "dark", "save")


def test_each_person_keeps_own_settings_and_a_newcomer_sees_the_last(tmp_path):
    write_settings(tmp_path, "Асанов А.", CHOSEN)
    write_settings(tmp_path, "Бекова Г.", Settings("ru", 9))
    assert read_settings(tmp_path, "Асанов А.") == CHOSEN
    assert read_settings(tmp_path, "Садыков М.") == read_settings(tmp_path) == Settings("ru", 9)


def test_what_is_chosen_at_the_first_screen_changes_nobody(tmp_path):
    write_settings(tmp_path, "Асанов А.", CHOSEN)
    write_settings(tmp_path, "", Settings("en"))
    assert read_settings(tmp_path).language == "en"
    assert read_settings(tmp_path, "Асанов А.") == CHOSEN


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"people": 3}', '{"last": [], "people": {}}', '{"last": {"points": 99, "scheme": []}}']
)
def test_a_damaged_file_gives_what_everybody_begins_with(tmp_path, content):
    (tmp_path / FILE).write_text(content, "utf-8")
    assert read_settings(tmp_path, "Асанов А.") == Settings()
    write_settings(tmp_path, "Асанов А.", CHOSEN)
    assert read_settings(tmp_path, "Асанов А.") == CHOSEN


def test_where_nothing_can_be_written_a_sentence_says_so(tmp_path):
    with pytest.raises(AppError) as caught:
        write_settings(tmp_path / "no folder", "", CHOSEN)
    assert caught.value.name == "settings.not_kept"
