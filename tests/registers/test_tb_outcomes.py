"""The outcomes of tuberculosis treatment by the WHO definitions of 2021, told by the register's own rules."""

import datetime as dt

import pytest

from desktop.registers.declarations import load
from desktop.registers.rules import Judge

TODAY = dt.date(2013, 3, 31)
OUTCOME_RULES = {
    "cured_is_confirmed", "cured_has_response", "success_is_not_reverted", "failure_has_reason", "lost_is_interrupted",
    "interrupted_is_lost", "not_started_outcome", "completed_too_early", "outcome_after_start",
}  # fmt: skip


@pytest.fixture(scope="module")
def judge():
    known = load()
    return Judge(known.registers["tb_cases"], known.codes, TODAY)


def case(**changes):
    return {
        "diagnosed_on": "2012-03-01", "method": "BAC", "site": "PUL", "is_started": 1, "started_on": "2012-03-05",
        "regimen": "2HRZE/4HR", "outcome_on": "2012-09-10",
    } | changes  # fmt: skip


def follow_ups(text, kind="culture_then"):
    """Write `04-01 NEG, 05-01 MTB` as lines of 2012."""
    pairs = [part.split() for part in text.split(",") if part.strip()]
    return [{"seen_on": f"2012-{day}", "month_no": int(day[:2]) - 3, kind: result} for day, result in pairs]


def broken(judge, record, tests="", stops=()):
    lines = {
        "follow_ups": follow_ups(tests),
        "interruptions": [{"stopped_from": start, "resumed_on": end} for start, end in stops],
    }
    return {p.rule for p in judge.judge(record, lines).problems} & OUTCOME_RULES


NEGATIVE = "05-01 NEG, 06-01 NEG"
POSITIVE_AGAIN = f"{NEGATIVE}, 07-01 MTB, 08-01 MTB"


@pytest.mark.parametrize(
    ("changes", "tests", "stops", "rules"),
    [
        # Cured: confirmed pulmonary, completed, with a response and without failure
        ({"outcome": "CUR"}, NEGATIVE, [], set()),
        ({"outcome": "CUR"}, "", [], {"cured_has_response"}),
        ({"outcome": "CUR"}, "05-01 NEG", [], {"cured_has_response"}),
        ({"outcome": "CUR"}, "05-01 NEG, 05-04 NEG", [], {"cured_has_response"}),
        ({"outcome": "CUR"}, "05-01 NEG, 06-01 MTB, 07-01 NEG", [], {"cured_has_response"}),
        ({"outcome": "CUR"}, POSITIVE_AGAIN, [], {"success_is_not_reverted"}),
        ({"outcome": "CUR", "method": "CLI"}, NEGATIVE, [], {"cured_is_confirmed"}),
        ({"outcome": "CUR", "site": "EXP"}, NEGATIVE, [], {"cured_is_confirmed"}),
        ({"outcome": "CUR", "site": "PUL EXP"}, NEGATIVE, [], set()),
        ({"outcome": "CUR", "outcome_on": "2012-07-20"}, NEGATIVE, [], {"completed_too_early"}),
        # Completed: neither cure nor failure
        ({"outcome": "CMP"}, "", [], set()),
        ({"outcome": "CMP", "method": "CLI"}, "", [], set()),
        ({"outcome": "CMP"}, POSITIVE_AGAIN, [], {"success_is_not_reverted"}),
        ({"outcome": "CMP"}, f"{NEGATIVE}, 07-01 MTB", [], set()),
        ({"outcome": "CMP"}, "", [("2012-05-01", "2012-07-01")], {"interrupted_is_lost"}),
        # Failed
        ({"outcome": "FAI", "failure_reason": "BAC"}, POSITIVE_AGAIN, [], set()),
        ({"outcome": "FAI"}, "", [], {"failure_has_reason"}),
        # Died: before or during treatment, whatever of
        ({"outcome": "DIE"}, "", [], set()),
        ({"outcome": "DIE", "is_started": 0, "started_on": None, "regimen": None}, "", [], set()),
        ({"outcome": "DIE"}, "", [("2012-05-01", None)], set()),
        # Lost: not started, or interrupted for 2 months in a row
        ({"outcome": "LTF"}, "", [("2012-07-01", None)], set()),
        ({"outcome": "LTF"}, "", [("2012-07-01", "2012-08-31")], {"lost_is_interrupted"}),
        ({"outcome": "LTF"}, "", [("2012-07-01", "2012-09-01")], set()),
        ({"outcome": "LTF"}, "", [("2012-05-01", "2012-06-05"), ("2012-07-01", "2012-08-05")], {"lost_is_interrupted"}),
        ({"outcome": "LTF", "is_started": 0, "started_on": None, "regimen": None}, "", [], set()),
        # Not evaluated, which never means lost
        ({"outcome": "NEV"}, "", [], set()),
        ({"outcome": "NEV"}, "", [("2012-06-01", "2012-08-10")], {"interrupted_is_lost"}),
        # No outcome yet
        ({"outcome": None, "outcome_on": None}, "", [("2013-02-15", None)], set()),
        ({"outcome": None, "outcome_on": None}, "", [("2013-01-31", None)], {"interrupted_is_lost"}),
        # Nothing is cured that was never treated
        ({"outcome": "CMP", "is_started": 0, "started_on": None, "regimen": None}, "", [], {"not_started_outcome"}),
    ],
)  # fmt: skip
def test_an_outcome_is_questioned_where_the_record_does_not_bear_it_out(changes, tests, stops, rules, judge):
    assert broken(judge, case(**changes), tests, stops) == rules


@pytest.mark.parametrize(
    ("tests", "kind", "resistance", "reverted"),
    [
        (POSITIVE_AGAIN, "culture_then", "S", "2012-07-01"),
        (f"{NEGATIVE}, 07-01 MTB, 07-05 MTB", "culture_then", "S", None),
        (f"{NEGATIVE}, 07-01 MTB, 08-01 NEG, 09-01 MTB", "culture_then", "S", None),
        ("04-01 MTB, 05-01 MTB, 06-01 NEG, 07-01 NEG", "culture_then", "S", None),
        (f"{NEGATIVE}, 07-01 P1, 08-01 P2", "smear_then", "S", "2012-07-01"),
        (f"{NEGATIVE}, 07-01 P1, 08-01 P2", "smear_then", "R", None),
    ],
)
def test_reversion_is_the_first_of_two_positive_results_after_conversion(tests, kind, resistance, reverted, judge):
    record = case()
    lines = {"follow_ups": follow_ups(tests, kind), "susceptibility": [{"drug": d, "result": resistance} for d in "RH"]}
    judge.judge(record, lines)
    assert record["reverted_on"] == reverted


def test_missed_doses_and_interruptions_are_counted(judge):
    record = case()
    doses = [{"seen_on": f"2012-0{n}-05", "doses_due": 30, "doses_taken": taken} for n, taken in ((4, 30), (5, 27), (6, 24))]
    stops = [
        {"stopped_from": "2012-05-01", "resumed_on": "2012-05-04"},
        {"stopped_from": "2012-05-10", "resumed_on": "2012-05-30"},
    ]
    judge.judge(record, {"follow_ups": doses, "interruptions": [*stops, {"stopped_from": "2012-07-01"}]})
    assert (record["doses_missed"], record["adherence"], record["longest_interruption"]) == (9, 90, 20)
