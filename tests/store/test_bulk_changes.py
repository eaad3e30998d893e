"""One change to many records: foreseen, made together, taken back together."""

import pytest

from desktop.registers.problems import AppError
from desktop.store.bulk_changes import (
    bring_back_all,
    change_all,
    changeable,
    foresee,
    undo_all,
    void_all,
)
from desktop.store.records import Filter
from tests.sample import load_line, passage


def keep(records, *, ready=True, **changes):
    saved = records.save(passage(**changes), {"loads": [load_line()]}, ready=ready)
    assert saved.kept
    return saved.record["uid"]


def history(records, uid):
    return [(entry.action, entry.why) for entry in records.zone.history_of(uid, "ru")]


def stored(records, uid, name):
    return records.read(uid)[0][name]


def test_what_names_somebody_or_is_computed_is_not_changed_for_many(gate_log):
    names = [f.name for f in changeable(gate_log.register, "2013-03-28")]
    assert "direction" in names
    assert not {"driver", "total", "passed_on"} & set(names)


def test_many_records_get_a_value_with_one_reason(gate_log):
    uids = [keep(gate_log), keep(gate_log), keep(gate_log, direction="OUT")]
    foreseen = foresee(gate_log, uids, "direction", "OUT")
    assert [one.outcome for one in foreseen] == ["changed", "changed", "same"]
    assert set(change_all(gate_log, foreseen, "direction", "OUT", "ошибка смены")) == set(uids[:2])
    assert {stored(gate_log, uid, "direction") for uid in uids} == {"OUT"}
    assert history(gate_log, uids[0])[-1] == ("change", "ошибка смены")
    assert len(history(gate_log, uids[2])) == 1


def test_what_would_not_be_valid_is_told_and_left_as_it_is(gate_log):
    early, late = keep(gate_log), keep(gate_log, passed_on="2013-03-30")
    foreseen = foresee(gate_log, [early, late], "left_on", "2013-03-29")
    assert [one.outcome for one in foreseen] == ["changed", "not_valid"]
    assert "раньше въезда" in foreseen[1].problem.text["ru"]
    change_all(gate_log, foreseen, "left_on", "2013-03-29", "сверка")
    assert (stored(gate_log, early, "left_on"), stored(gate_log, late, "left_on")) == ("2013-03-29", None)


def test_a_draft_stays_a_draft_with_what_was_typed_into_it(gate_log):
    draft = {"passed_on": "2013-03-28"}
    uid = gate_log.save(draft, {}, ready=False, unread={"left_on": "31.02", "direction": "куда-то"}).record["uid"]
    change_all(gate_log, foresee(gate_log, [uid], "direction", "IN"), "direction", "IN", "сверка")
    record = gate_log.read(uid)[0]
    assert (record["state"], record["direction"]) == ("DRAFT", "IN")
    assert "31.02" in record["extra"]
    assert "куда-то" not in record["extra"]


def test_a_change_to_many_is_taken_back_by_one_undo(gate_log):
    uids = [keep(gate_log), keep(gate_log)]
    made = change_all(gate_log, foresee(gate_log, uids, "direction", "OUT"), "direction", "OUT", "сверка")
    assert undo_all(gate_log, made) == 2
    assert {stored(gate_log, uid, "direction") for uid in uids} == {"IN"}


def test_nothing_is_taken_back_where_one_record_was_changed_since(gate_log):
    uids = [keep(gate_log), keep(gate_log)]
    made = change_all(gate_log, foresee(gate_log, uids, "direction", "OUT"), "direction", "OUT", "сверка")
    record, lines = gate_log.read(uids[1])
    gate_log.save(record | {"driver": "Ким"}, lines, ready=True)
    with pytest.raises(AppError) as refused:
        undo_all(gate_log, made)
    assert refused.value.name == "bulk.changed_since"
    assert {stored(gate_log, uid, "direction") for uid in uids} == {"OUT"}


def test_nothing_is_changed_where_it_is_called_off_half_way(gate_log):
    uids = [keep(gate_log), keep(gate_log)]

    def call_off(done, _of):
        if done == 2:
            raise AppError("record.gone")

    foreseen = foresee(gate_log, uids, "direction", "OUT")
    with pytest.raises(AppError):
        change_all(gate_log, foreseen, "direction", "OUT", "сверка", call_off)
    assert {stored(gate_log, uid, "direction") for uid in uids} == {"IN"}
    assert len(history(gate_log, uids[0])) == 1


def test_several_are_voided_and_brought_back_with_their_reasons(gate_log):
    finished, draft = keep(gate_log), keep(gate_log, ready=False)
    made = void_all(gate_log, [finished, draft], "ERR", "не тот журнал")
    assert len(gate_log.ids(Filter(without=("VOID",)))) == 0
    assert set(bring_back_all(gate_log, list(made), "журнал тот")) == {finished, draft}
    assert [stored(gate_log, uid, "state") for uid in (finished, draft)] == ["READY", "DRAFT"]
    assert stored(gate_log, finished, "void_reason") is None
    assert [action for action, _ in history(gate_log, finished)] == ["new", "void", "restore"]
    assert history(gate_log, finished)[-1][1] == "журнал тот"


def test_a_list_is_narrowed_by_what_a_line_or_one_of_several_choices_says(gate_log):
    found = keep(gate_log, searched=1, finds="DRG PHO")
    keep(gate_log, searched=1, finds="NON")
    saved = gate_log.save(passage(), {"loads": [load_line(), load_line(cargo="соль")]}, ready=True).record

    def uids(**where):
        return [row["uid"] for row in gate_log.rows(gate_log.ids(Filter(where=where)))]

    assert uids(finds="PHO") == [found]
    assert uids(finds="PH") == []
    assert uids(**{"loads.cargo": "соль"}) == [saved["uid"]]
