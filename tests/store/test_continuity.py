"""The care that must go on, as the store tells it and writes it down."""

import pytest

from desktop.registers.problems import AppError
from desktop.store import continuity
from desktop.store.continuity import caring, courses
from tests.care import keep_hiv_case, keep_patient, keep_tb_case, keep_therapy, release


@pytest.fixture
def health(vault):
    return vault.zone("health")


def of(vault, name, uid):
    return courses(vault.zone("health"), vault.definitions.registers[name], uid)[0]


def test_every_declared_course_of_care_is_found_with_its_person(vault, health):
    patient = keep_patient(vault, release_expected_on="2013-04-20")
    keep_tb_case(vault, patient)
    keep_hiv_case(vault, patient)
    keep_therapy(vault, patient)
    found = [one for register in caring(health) for one in courses(health, register)]
    assert sorted(one.register for one in found) == ["hiv_cases", "opioid_therapy", "tb_cases"]
    assert {(one.person, one.expected_on, one.goes_on, one.line) for one in found} == {(patient, "2013-04-20", True, "")}


@pytest.mark.parametrize(
    ("changes", "goes_on"),
    [
        ({}, True),
        ({"outcome": "CMP", "outcome_on": "2013-07-20"}, False),
        ({"removal_reason": "NOT"}, False),
        ({"is_started": 0, "started_on": None, "regimen": None, "not_started_reason": "OTH"}, False),
    ],
)
def test_care_goes_on_until_it_has_an_outcome(vault, changes, goes_on):
    uid = keep_tb_case(vault, keep_patient(vault), **changes)
    assert of(vault, "tb_cases", uid).goes_on is goes_on


def test_only_a_line_of_a_release_counts_and_of_several_the_last(vault):
    to_prison = release(transfer_kind="PRI", other_prison="IK-03", transferred_on="2013-03-01")
    uid = keep_tb_case(vault, keep_patient(vault), lines={"transfers": [to_prison]})
    assert of(vault, "tb_cases", uid).line == ""
    two = [release(transferred_on="2013-03-05", arrival="REI", transfer_state="LOS"), release(transferred_on="2013-04-10")]
    uid = keep_tb_case(vault, keep_patient(vault, "Садыков"), lines={"transfers": two})
    found = of(vault, "tb_cases", uid)
    assert (found.leaves_on, found.is_settled) == ("2013-04-10", False)


def test_begun_ticked_and_confirmed_a_release_stands_in_the_record_with_its_history(vault):
    uid = keep_tb_case(vault, keep_patient(vault, release_expected_on="2013-04-20"))
    records = vault.records("tb_cases")
    steps = {step.name: step for step in records.register.continuity.steps}
    continuity.begin(records, of(vault, "tb_cases", uid), "начато")
    assert records.read(uid)[1]["transfers"][0]["transferred_on"] == "2013-04-20"
    assert of(vault, "tb_cases", uid).done == frozenset()
    for name in ("letter", "consent"):
        continuity.tick(records, of(vault, "tb_cases", uid), steps[name], "готово", done=True)
    assert of(vault, "tb_cases", uid).done == {"letter", "consent"}
    continuity.tick(records, of(vault, "tb_cases", uid), steps["letter"], "нет", done=False)
    assert records.read(uid)[1]["transfers"][0]["package"] == "CNS"
    continuity.confirm(records, of(vault, "tb_cases", uid), "прибыл")
    found = of(vault, "tb_cases", uid)
    assert (found.is_arrived, found.is_settled) == (True, True)
    assert records.read(uid)[0]["state"] == "READY"
    assert [entry.why for entry in vault.zone("health").history_of(uid, "ru")][1:] == [
        "начато",
        "готово",
        "готово",
        "нет",
        "прибыл",
    ]


def test_a_line_that_somebody_took_away_meanwhile_is_said(vault):
    uid = keep_tb_case(vault, keep_patient(vault), lines={"transfers": [release()]})
    records, course = vault.records("tb_cases"), of(vault, "tb_cases", uid)
    record, lines = records.read(uid)
    records.save(record, lines | {"transfers": []}, ready=True, why="ошибка")
    with pytest.raises(AppError, match=course.number):
        continuity.confirm(records, course, "прибыл")


def test_a_draft_stays_a_draft_with_what_could_not_be_read(vault):
    records = vault.records("tb_cases")
    saved = records.save(
        {"patient": keep_patient(vault), "diagnosed_on": "2013-01-12"}, {}, ready=False, unread={"weight": "много"}
    )
    continuity.begin(records, of(vault, "tb_cases", saved.record["uid"]), "начато")
    record, lines = records.read(saved.record["uid"])
    assert (record["state"], len(lines["transfers"])) == ("DRAFT", 1)
    assert "много" in record["extra"]


def test_without_treatment_counts_from_the_open_interruption_or_from_the_last_day_with_medicines(vault):
    stops = [{"stopped_from": "2013-02-01", "resumed_on": "2013-02-10"}, {"stopped_from": "2013-03-20"}]
    uid = keep_tb_case(vault, keep_patient(vault), lines={"interruptions": stops})
    assert (of(vault, "tb_cases", uid).broken_on, of(vault, "tb_cases", uid).lost_on) == ("2013-03-20", "2013-05-20")
    uid = keep_hiv_case(vault, keep_patient(vault), lines={"visits": [{"visited_on": "2013-02-01", "dispensed_days": 30}]})
    assert (of(vault, "hiv_cases", uid).broken_on, of(vault, "hiv_cases", uid).lost_on) == ("2013-03-03", "2013-03-31")
