"""What the foot of a list adds up."""

import pytest

from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from desktop.store.records import Filter
from desktop.store.sums import Summing
from tests.sample import GATE_LOG, load_line, passage, write_sample


def added(records, wanted=None, ids=None, step=2):
    summing = Summing(records, wanted or Filter(), ids)
    while summing.go_on(step):
        pass
    return {(one.path, one.unit): one.value for one in summing.sums}


@pytest.fixture
def weighed(make_vault, tmp_path):
    """Give a gate log that adds up the loads, each in a unit of its own."""
    unit = (
        '[[lines.field]]\nname = "measured_in"\nkind = "choice"\ncodes = "units"\nlabel = { en = "In", ru = "В", ky = "В" }\n'
    )
    unit += unit.replace("measured_in", "priced_in")
    register = GATE_LOG.replace('name = "weight"\nkind = "decimal"\nunit = "KG"', 'name = "weight"\nkind = "decimal"') + unit
    register = register.replace('title = ["driver"]', 'title = ["driver"]\nsums = ["loads.weight", "loads.pieces"]').replace(
        "(select sum(weight) from loads where record = uid)", "1"
    )
    return make_vault(own=load(RESOURCES, write_sample(tmp_path / "own", register))).records("gate_log")


def keep(records, *loads, **changes):
    saved = records.save(passage(**changes), {"loads": [load_line(**load) for load in loads]}, ready=True)
    assert saved.kept
    return saved.record


def test_grams_are_added_to_kilograms_and_never_to_tablets(weighed):
    keep(weighed, {"weight": 500_000, "measured_in": "KG"}, {"weight": 3_500_000, "measured_in": "G"})
    keep(weighed, {"weight": 20_000_000, "measured_in": "TAB"}, {"weight": 2_000_000_000, "measured_in": "MG"})
    found = added(weighed)
    assert found["loads.weight", "G"] == 505_500_000
    assert found["loads.weight", "TAB"] == 20_000_000
    assert found["loads.pieces", ""] == 4


def test_only_what_the_filter_lets_through_is_added(weighed):
    keep(weighed, {"weight": 1_000_000, "measured_in": "G"}, passed_on="2013-02-01")
    for _ in range(5):
        last = keep(weighed, {"weight": 2_000_000, "measured_in": "G"})
    weighed.void(last["uid"], "ERR", "не то")
    assert added(weighed, Filter(month="2013-03", without=("VOID",)))["loads.weight", "G"] == 8_000_000
    assert added(weighed, ids=list(weighed.ids())[:2])["loads.weight", "G"] == 4_000_000


def test_without_a_word_about_it_the_numbers_of_the_list_are_added(make_vault, tmp_path):
    register = GATE_LOG.replace('"loads", "state"]', '"total", "state"]')
    records = make_vault(own=load(RESOURCES, write_sample(tmp_path / "own", register))).records("gate_log")
    keep(records, {"weight": 1_500_000}, {"weight": 1_000_000})
    assert added(records) == {("total", "KG"): 2_500_000}


def test_nothing_is_added_where_the_declaration_says_so(gate_log):
    keep(gate_log, {})
    assert added(gate_log) == {}
