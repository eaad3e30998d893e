import datetime as dt
import sqlite3

import pytest

from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from desktop.registers.rules import Judge, before, days, drop_idle_defaults, luhn, months
from tests.sample import GATE_LOG, load_line, passage, write_sample


@pytest.fixture
def judge(definitions):
    return Judge(definitions.registers["gate_log"], definitions.codes, dt.date(2013, 3, 29))


def problems(judge, record, *lines):
    found = judge.judge(record, {"loads": list(lines) or [load_line()]}).problems
    return {(p.rule, p.severity, p.lines, p.line) for p in found}


def test_a_record_with_nothing_wrong_has_no_problem(judge):
    assert problems(judge, passage()) == set()


def test_all_problems_are_found_together_each_at_its_place(judge):
    record = passage(passed_on=None, direction="???", left_on="2013-05-01")
    assert problems(judge, record, load_line(), load_line(cargo=None, weight=-1_000_000)) == {
        ("passed_on.required", "error", "", 0),
        ("direction.known", "error", "", 0),
        ("left_on.future", "error", "", 0),
        ("cargo.required", "error", "loads", 1),
        ("weight.min", "error", "loads", 1),
    }


def test_a_rule_over_an_empty_field_is_no_problem(judge):
    assert problems(judge, passage(left_on=None)) == set()
    assert problems(judge, passage(left_on="2013-03-01")) == {("leaves_after", "error", "", 0)}


def test_a_field_is_required_only_where_it_is_asked(judge):
    assert problems(judge, passage(searched=0)) == set()
    assert problems(judge, passage(searched=1)) == {("finds.required", "error", "", 0)}
    assert problems(judge, passage(searched=0, finds="DRG")) == {("finds.asked", "warning", "", 0)}
    assert judge.judge(passage(searched=0), {}).not_asked == {"finds"}
    assert judge.judge(passage(searched=1), {}).not_asked == set()


def test_a_default_that_is_not_asked_is_no_problem_and_falls_away(tmp_path):
    write_sample(tmp_path, GATE_LOG.replace('codes = "finds"', 'codes = "finds"\ndefault = "NON"'))
    definitions = load(RESOURCES, tmp_path)
    register = definitions.registers["gate_log"]
    judge = Judge(register, definitions.codes, dt.date(2013, 3, 29))
    for searched, finds, left in ((0, "NON", None), (1, "NON", "NON"), (0, "DRG", "DRG")):
        record, lines = passage(searched=searched, finds=finds), {"loads": [load_line()]}
        judgement = judge.judge(record, lines)
        assert {p.rule for p in judgement.problems} == ({"finds.asked"} if finds == "DRG" else set())
        assert drop_idle_defaults(register, record, lines, judgement) is (left is None)
        assert record["finds"] == left


def test_what_is_computed_of_what_stays_in_the_prison_stands_where_that_is_not_known(tmp_path):
    initial = '[[field]]\nname = "initial"\nkind = "text"\nsection = "passage"\nvalue = "substr(driver, 1, 1)"\n'
    label = 'label = { en = "Initial", ru = "Буква", ky = "Тамга" }\n'
    write_sample(tmp_path, GATE_LOG.replace("[[rule]]", f"{initial}{label}[[rule]]", 1))
    definitions = load(RESOURCES, tmp_path)
    register = definitions.registers["gate_log"]
    judge = Judge(register, definitions.codes)
    at_home, away = passage(driver="Асанов", initial="Б"), passage(driver=None, initial="А")
    judge.judge_all([(at_home, {}), (away, {})])
    assert (at_home["initial"], away["initial"]) == ("А", "А")
    assert register.by_name["initial"].is_given
    assert not register.by_name["total"].is_given


@pytest.mark.parametrize(
    "expression",
    ["(select count(*) from pragma_table_list) = 0", "zeroblob(1000000000) is null", "printf('%.*c', 1000000, 'x') is null",
     "(with recursive n(x) as (select 1 union all select x + 1 from n) select max(x) from n) = 0", "current_date > passed_on",
     "date() > passed_on", "randomblob(9) is null", "total = 1; drop table loads", "total = 1 -- all", "total = :x"],
)  # fmt: skip
def test_a_rule_reaches_nothing_but_the_record(expression, definitions):
    register = definitions.registers["gate_log"]
    with pytest.raises((sqlite3.Error, sqlite3.Warning, ValueError)):
        Judge(register, definitions.codes).prepare(expression, register)


def test_a_computed_field_is_filled_in_from_the_lines(judge):
    record = passage()
    assert problems(judge, record, load_line(weight=4_000_000_000), load_line(weight=1_500_000_000)) == {
        ("heavy", "warning", "", 0)
    }
    assert record["total"] == 5_500_000_000


def test_a_code_is_warned_of_where_it_was_not_valid_on_the_day_of_the_record(judge):
    assert problems(judge, passage(direction="OLD")) == {("direction.valid", "warning", "", 0)}
    assert problems(judge, passage(direction="OLD", passed_on="2012-12-31")) == set()


def test_lines_that_must_be_there_are_missed(judge):
    assert ("loads.at_least", "error", "", 0) in {
        (p.rule, p.severity, p.lines, p.line) for p in judge.judge(passage(), {"loads": []}).problems
    }


def test_many_records_are_judged_as_each_alone(judge):
    records = [(passage(searched=n % 2), {"loads": [load_line()] * (n % 3)}) for n in range(60)]
    alone = [[p.rule for p in judge.judge(dict(r), ls).problems] for r, ls in records]
    assert [[p.rule for p in judgement.problems] for judgement in judge.judge_all(records)] == alone


@pytest.mark.parametrize(
    ("a", "b", "is_before"),
    [("2013-03-27", "2013-03-28", True), ("2013-03", "2013-03-28", False), ("2013-02", "2013-03-28", True),
     ("2013", "2013-03-28", False), ("2013-03-28", "2013-03", False), (None, "2013", None)],
)  # fmt: skip
def test_a_coarse_date_is_before_another_only_when_that_is_sure(a, b, is_before):
    assert before(a, b) is is_before


def test_the_counting_functions_count():
    assert days("2012-02-28", "2012-03-01") == 2
    assert months("2012-01-31", "2012-02-29") == 0
    assert months("2012-01-15", "2013-01-15") == 12
    assert luhn("490154203237518") is True
    assert luhn("490154203237519") is False
