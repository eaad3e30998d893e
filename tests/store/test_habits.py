import pytest

from desktop.store.habits import MOST_RECENT, Habits
from tests.sample import load_line, passage


@pytest.fixture
def declared(gate_log):
    return gate_log.register.by_name


def keep(records, **changes):
    return records.save(passage(**changes), {"loads": [load_line()]}, ready=True).record


def test_the_last_record_is_the_one_this_person_made_last(gate_log):
    keep(gate_log, driver="Ким")
    gate_log.zone.person = "Другой Д."
    keep(gate_log, driver="Исаев")
    gate_log.zone.person = "Бекова Г."
    assert Habits(gate_log).last_value("", "driver") == "Ким"
    assert Habits(gate_log).last_value("loads", "cargo") == "мука"


def test_before_the_first_record_there_is_no_last_value(gate_log):
    habits = Habits(gate_log)
    assert habits.last is None
    assert habits.last_value("loads", "cargo") is None


def test_a_void_record_is_no_example(gate_log):
    uid = keep(gate_log)["uid"]
    gate_log.void(uid, "ERR", "не туда")
    assert Habits(gate_log).last is None


def test_pins_are_kept_and_those_as_declared_are_not(gate_log, declared):
    habits = Habits(gate_log)
    habits.pin("", declared["driver"], stays=True)
    habits.pin("", declared["direction"], stays=False)
    again = Habits(gate_log)
    assert (again.is_pinned("", declared["driver"]), again.is_pinned("", declared["direction"])) == (True, False)
    again.pin("", declared["driver"], stays=False)
    again.pin("", declared["direction"], stays=True)
    assert gate_log.zone.select("select * from preferences where name like 'pins%'") == []


def test_the_last_codes_come_first_and_no_more_than_ten_are_kept(gate_log, definitions, declared):
    codes = list(definitions.codes["finds"].codes)
    habits = Habits(gate_log)
    habits.remember({"direction": "IN", "finds": "PHO"}, {})
    habits.remember({"direction": "OUT", "finds": " ".join(codes)}, {})
    assert habits.recent("", declared["direction"]) == ["OUT", "IN"]
    for n in range(MOST_RECENT + 5):
        habits.remember({"finds": f"X{n}"}, {})
    assert Habits(gate_log).recent("", declared["finds"]) == [f"X{n}" for n in range(MOST_RECENT + 4, 4, -1)]


def test_of_names_and_free_text_nothing_is_kept(gate_log):
    Habits(gate_log).remember(passage(driver="Асанов"), {"loads": [load_line(cargo="телефон")]})
    kept = gate_log.zone.select("select value from preferences where person <> ''")
    assert [row["value"] for row in kept] == ['{"direction": ["IN"]}']
