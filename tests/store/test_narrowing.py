"""Filters that were given a name, and what they let through."""

import datetime as dt

from desktop.store.narrowing import ALL, LAST_MONTH, Narrowing, forget, rename, save, saved
from tests.sample import load_line, passage

TODAY = dt.date(2013, 1, 15)


def numbers(records, narrowing):
    wanted = narrowing.filter(TODAY, "number", descending=False)
    return [row["number"][-4:] for row in records.rows(records.ids(wanted))]


def keep(records, **changes):
    return records.save(passage(**changes), {"loads": [load_line()]}, ready=True).record


def test_void_records_lie_in_the_trash_until_somebody_asks_for_them(gate_log):
    keep(gate_log)
    gate_log.void(keep(gate_log)["uid"], "ERR", "не то")
    assert numbers(gate_log, Narrowing()) == ["0001"]
    assert numbers(gate_log, Narrowing(state="VOID")) == ["0002"]
    assert numbers(gate_log, Narrowing(state=ALL)) == ["0001", "0002"]


def test_a_month_that_moves_on_and_a_whole_year_are_months_too(gate_log):
    for day in ("2012-11-30", "2012-12-31", "2013-01-02"):
        keep(gate_log, passed_on=day)
    assert len(numbers(gate_log, Narrowing(month=LAST_MONTH))) == 1
    assert len(numbers(gate_log, Narrowing(month="2012"))) == 2


def test_filters_combine(gate_log):
    keep(gate_log, direction="OUT", driver="Ким")
    keep(gate_log, direction="OUT", driver="Үсөнов")
    keep(gate_log, driver="Үсөнов")
    assert numbers(gate_log, Narrowing("усонов", "2013-03", "READY", {"direction": "OUT"})) == ["0002"]


def test_a_filter_is_kept_by_its_name_renamed_in_its_place_and_dropped(gate_log, reopen, vault):
    first, second = Narrowing(month=LAST_MONTH), Narrowing("мука", where={"direction": "OUT"})
    save(gate_log, "Прошлый месяц", first)
    save(gate_log, "Вывоз муки", second)
    again = reopen(vault).records("gate_log")
    assert saved(again) == {"Прошлый месяц": first, "Вывоз муки": second}
    rename(again, "Прошлый месяц", "К отчёту")
    assert list(saved(again)) == ["К отчёту", "Вывоз муки"]
    rename(again, "К отчёту", "Вывоз муки")
    assert saved(again) == {"Вывоз муки": first}
    forget(again, "Вывоз муки")
    assert saved(again) == {}
