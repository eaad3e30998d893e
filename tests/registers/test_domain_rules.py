"""The few places where a declaration's SQL carries knowledge of its own: medicine, weights, grading."""

import datetime as dt

import pytest

from desktop.registers.declarations import load
from desktop.registers.rules import Judge


@pytest.fixture(scope="module")
def judges():
    known = load()
    return {name: Judge(register, known.codes, dt.date(2013, 3, 31)) for name, register in known.registers.items()}


def rules(judge, record, lines=None):
    return {p.rule for p in judge.judge(record, lines or {}).problems}


def susceptibility(text):
    """Write `R=R H=S` as lines."""
    return [{"drug": drug, "result": result} for drug, _, result in (part.partition("=") for part in text.split())]


@pytest.mark.parametrize(
    ("tests", "xpert", "kind"),
    [
        ("R=S H=S", None, "DS"), ("R=S H=R", None, "HR"), ("R=R", None, "RR"), ("R=R H=S", None, "RR"), ("R=R H=R", None, "MDR"),
        ("R=R H=R FQ=R", None, "PRE"), ("R=R FQ=R", None, "PRE"), ("R=R H=R FQ=S BDQ=R", None, "MDR"),
        ("R=R H=R FQ=R BDQ=R", None, "XDR"), ("R=R FQ=R LZD=R", None, "XDR"), ("R=U H=R", None, None), ("", None, None),
        ("", "R", "RR"), ("H=R", "R", "MDR"), ("H=S", "S", "DS"), ("R=S H=S", "R", "RR"), ("", "IND", None),
    ],
)  # fmt: skip
def test_the_resistance_type_follows_from_the_susceptibility_tests(tests, xpert, kind, judges):
    record = {"diagnosed_on": "2012-03-01", "mwrd": "MTB", "mwrd_rifampicin": xpert}
    judges["tb_cases"].judge(record, {"susceptibility": susceptibility(tests)})
    assert record["resistance_type"] == kind


@pytest.mark.parametrize(
    ("cultures", "converted"),
    [
        ([("2012-04-01", "NEG"), ("2012-05-01", "NEG")], "2012-04-01"),
        ([("2012-04-01", "NEG"), ("2012-04-05", "NEG")], None),
        ([("2012-04-01", "NEG"), ("2012-05-01", "MTB"), ("2012-06-01", "NEG"), ("2012-07-01", "NEG")], "2012-06-01"),
        ([("2012-04-01", "NEG"), ("2012-05-01", "MTB"), ("2012-06-01", "NEG")], None),
        ([("2012-04-01", "NEG")], None),
    ],
)
def test_conversion_is_the_first_of_two_negative_cultures_a_week_apart(cultures, converted, judges):
    record = {"diagnosed_on": "2012-03-01"}
    judges["tb_cases"].judge(record, {"follow_ups": [{"seen_on": day, "culture_then": result} for day, result in cultures]})
    assert record["converted_on"] == converted


def test_smears_convert_only_where_nothing_is_resistant(judges):
    smears = [{"seen_on": day, "smear_then": "NEG"} for day in ("2012-04-01", "2012-05-01")]
    for tests, converted in (("R=S H=S", "2012-04-01"), ("R=R H=R", None)):
        record = {"diagnosed_on": "2012-03-01"}
        judges["tb_cases"].judge(record, {"follow_ups": smears, "susceptibility": susceptibility(tests)})
        assert record["converted_on"] == converted


def test_the_expected_end_is_the_start_and_the_length_of_the_regimen(judges):
    record = {"diagnosed_on": "2012-03-01", "is_started": 1, "started_on": "2012-03-05", "regimen": "2HRZE/4HR"}
    judges["tb_cases"].judge(record, {})
    assert record["expected_end"] == "2012-09-05"


@pytest.mark.parametrize(
    ("birth", "year"), [("1985-05-01", 1985), ("1985-05", 1985), ("1985", 1985), (None, None)]
)  # fmt: skip
@pytest.mark.parametrize("name", ["patients", "prisoners"])
def test_only_the_year_of_a_birth_may_leave_the_prison(name, birth, year, judges):
    record = {"birth_date": birth}
    judges[name].judge(record, {})
    assert record["birth_year"] == year
    fields = judges[name].register.by_name
    assert (fields["birth_date"].identifies, fields["birth_year"].identifies, fields["birth_year"].carried) == (
        True,
        False,
        True,
    )


def test_key_populations_stay_in_the_prison_and_no_search_finds_them(judges):
    register = judges["hiv_cases"].register
    assert register.by_name["key_populations"].identifies
    assert "key_populations" not in register.searched


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ({"category": "DRG", "substance": "OPI-HER", "quantity": 1_100_000_000, "unit": "G"}, "very_much_heroin"),
        ({"category": "DRG", "substance": "CAN-HRB", "quantity": 11_000_000, "unit": "KG"}, "very_much"),
        ({"category": "MED", "substance": "OPI-TRA", "quantity": 1_001_000_000, "unit": "TAB"}, "very_many"),
        ({"category": "DRG", "substance": "CAN-HRB", "quantity": 1_000_000, "unit": "PCS"}, "drug_by_piece"),
        ({"category": "DRG", "substance": "CAN-HRB", "quantity": 0, "unit": "G", "quantity_kind": "NET"}, "zero_is_traces"),
        ({"category": "CSH", "quantity": 500_000_000, "unit": "PCS"}, "cash_in_money"),
        ({"category": "DRG", "quantity": 1_000_000, "unit": "HOUR"}, "unit.known"),
    ],
)
def test_an_unlikely_amount_is_noticed(item, rule, judges):
    likely = {"category": "DRG", "substance": "OPI-HER", "quantity": 900_000_000, "unit": "G", "quantity_kind": "NET"}
    record = {"seized_on": "2012-03-01"}
    assert rule not in rules(judges["seizures"], dict(record), {"items": [likely]})
    assert rule in rules(judges["seizures"], dict(record), {"items": [item]})


@pytest.mark.parametrize(
    ("scheme", "source", "information", "fits"),
    [
        ("4X4", "4X4-X", "4X4-4", True),
        ("ADM", "ADM-B", "ADM-2", True),
        ("4X4", "ADM-B", "4X4-4", False),
        ("555", "555-A", "352-A", False),
    ],
)
def test_grades_belong_to_one_scheme_and_are_never_converted(scheme, source, information, fits, judges):
    line = {"statement": "x", "grading_scheme": scheme, "source_grading": source, "information_grading": information}
    broken = rules(judges["intelligence_reports"], {"written_on": "2012-03-01"}, {"statements": [line]})
    assert bool(broken & {"source_of_scheme", "information_of_scheme"}) is not fits


def test_a_death_without_its_number_is_noticed(judges):
    record = {"occurred_on": "2012-03-01", "main_category": "DTH"}
    assert "death_is_counted" in rules(judges["incidents"], dict(record))
    assert "death_is_counted" not in rules(judges["incidents"], record | {"has_casualties": 1, "deaths": 1})


def test_the_prisons_are_the_33_of_the_published_figure_and_headquarters(judges):
    prisons = judges["seizures"].codes["prisons"].codes
    assert len(prisons) == 34
    provisional = [code for code, row in prisons.items() if row.other["certainty"] == "provisional"]
    assert len(provisional) == 5
    assert all("временный код" in prisons[code].label["ru"] for code in provisional)
    assert all(row.other["note"] for row in prisons.values() if row.other["certainty"] != "confirmed")
