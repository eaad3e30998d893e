"""What waits for somebody who has just come in: counted from the records, told of nobody else's."""

import datetime as dt
import json

import pytest

from desktop.store import due
from tests.sample import load_line, passage


def save(records, *, ready=True, lines=(), **words):
    return records.save(passage(**words), {"loads": [load_line(), *lines]}, ready=ready).record["uid"]


def kept(vault, register, record, **lines):
    """Save a draft, whatever is missing in it, and give its number."""
    return vault.records(register).save(record, lines, ready=False).record["number"]


@pytest.fixture
def day(vault, monkeypatch):
    """Let it be a day."""

    def be(text):
        monkeypatch.setattr(type(vault.zone("health")), "today", property(lambda _: dt.date.fromisoformat(text)))

    return be


def test_a_register_is_counted_by_month_state_and_warning(gate_log):
    for passed_on in ("2013-03-01", "2013-03-28", "2013-02-28"):
        save(gate_log, passed_on=passed_on)
    save(gate_log, ready=False)
    heavy = load_line(weight=6_000_000_000)
    warned = gate_log.save(passage(reasons=json.dumps({"heavy": "два вагона"})), {"loads": [heavy]}, ready=True).record["uid"]
    gate_log.void(save(gate_log), "ERR", "ошибка")
    assert due.counts(gate_log, "2013-03") == due.Counts(4, 1, 1)
    assert due.warned(gate_log) == [warned]


def test_the_month_to_hand_off_has_its_day_and_what_is_missing_for_it(vault, gate_log, monkeypatch):
    monkeypatch.setattr(type(vault.zone("security")), "today", property(lambda _: dt.date(2013, 4, 3)))
    save(gate_log)
    save(gate_log, ready=False)
    found = due.month_due(vault.zone("security"))
    assert (found.month, found.day, found.revision, found.waiting, found.drafts) == ("2013-03", dt.date(2013, 4, 5), 0, 1, 1)
    assert found.days_left(dt.date(2013, 4, 3)) == 2
    assert found.days_left(dt.date(2013, 4, 8)) == -3


def patient(vault, **words):
    return kept(vault, "patients", {"registered_on": "2013-01-10", "surname": "Асанов", "name": "Болот"} | words)


def case(vault, number, follow_ups=(), **words):
    told = {"patient": number, "diagnosed_on": "2013-01-12", "is_started": 1, "started_on": "2013-01-12", "regimen": "R6"}
    return kept(vault, "tb_cases", told | words, follow_ups=list(follow_ups))


def reminded(vault, register="tb_cases"):
    zone = vault.zone("health")
    declared = vault.definitions.registers[register]
    found = {reminder.name: due.recalled(zone, declared, reminder) for reminder in declared.reminders}
    return {name: [(one.number, one.day) for one in rows] for name, rows in found.items() if rows}


def test_a_treatment_past_its_end_is_told_until_it_has_an_outcome(vault, day):
    day("2030-01-01")
    regimen = next(iter(vault.definitions.codes["regimens"].codes))
    open_case = case(vault, patient(vault), regimen=regimen)
    case(vault, patient(vault), regimen=regimen, outcome="CMP", outcome_on="2013-07-12")
    end = vault.records("tb_cases").all()[0].record["expected_end"]
    assert reminded(vault) == {"completion_is_past": [(open_case, end)]}


def test_three_missed_doses_in_the_last_follow_up_are_told(vault, day):
    day("2013-03-01")
    earlier = {"seen_on": "2013-02-01", "month_no": 1, "doses_due": 26, "doses_taken": 20}
    now = {"seen_on": "2013-02-20", "month_no": 2, "doses_due": 26, "doses_taken": 26}
    case(vault, patient(vault), [earlier, now])
    missing = case(vault, patient(vault), [now | {"doses_taken": 23}])
    assert reminded(vault) == {"doses_are_missed": [(missing, "2013-02-20")]}


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("2013-03-08", "release_within_7_days"), ("2013-02-28", None), ("2013-03", "release_within_7_days"),
        ("2013-03-09", "release_within_30_days"), ("2013-03-31", "release_within_30_days"), ("2013-04-01", "release_within_60_days"),
        ("2013-04-30", "release_within_60_days"), ("2013-05-01", None), ("2013-05", None), (None, None),
    ],
)  # fmt: skip
def test_a_release_comes_nearer_while_treatment_goes_on(vault, day, expected, told):
    day("2013-03-01")
    number = case(vault, patient(vault, release_expected_on=expected))
    assert reminded(vault) == ({told: [(number, expected)]} if told else {})


def test_who_should_have_left_and_has_not_is_told_by_the_patients_own_card(vault, day):
    day("2013-03-01")
    number = patient(vault, release_expected_on="2013-02-28")
    for other in ({"release_expected_on": "2013-03"}, {"release_expected_on": "2013-01", "is_released": 1}, {}):
        patient(vault, **other)
    assert reminded(vault, "patients") == {"release_is_past": [(number, "2013-02-28")]}


def test_who_is_released_finished_or_handed_over_is_no_longer_told(vault, day):
    day("2013-03-01")
    soon = {"release_expected_on": "2013-03-05"}
    case(vault, patient(vault, **soon, is_released=1, released_on="2013-02-27"))
    case(vault, patient(vault, **soon), outcome="DIE", outcome_on="2013-02-01")
    sent = {"direction": "OUT", "transfer_kind": "CIV", "transferred_on": "2013-03-05", "transfer_state": "SEN"}
    told = {"patient": patient(vault, **soon), "diagnosed_on": "2013-01-12", "is_started": 1, "started_on": "2013-01-12"}
    kept(vault, "tb_cases", told, transfers=[sent])
    uid = vault.records("tb_cases").save({**told, "patient": patient(vault, **soon)}, {}, ready=False).record["uid"]
    assert len(reminded(vault)) == 1
    vault.records("tb_cases").void(uid, "ERR", "ошибка")
    assert reminded(vault) == {}


@pytest.mark.parametrize(
    ("register", "words"),
    [("hiv_cases", {"art_status": "ON"}), ("opioid_therapy", {"phase": "STA", "started_on": "2013-01-10"})],
)
def test_treatment_of_hiv_and_opioid_therapy_is_told_before_a_release_too(vault, day, register, words):
    day("2013-03-01")
    number = kept(vault, register, {"patient": patient(vault, release_expected_on="2013-03-20")} | words)
    assert reminded(vault, register) == {"release_within_30_days": [(number, "2013-03-20")]}


def test_headquarters_is_reminded_of_nobody(make_vault):
    vault = make_vault("HQ")
    regimen = next(iter(vault.definitions.codes["regimens"].codes))
    case(vault, patient(vault), regimen=regimen)
    assert reminded(vault) == {}


def test_every_reminder_finds_its_records_by_an_index(vault):
    """A search through all lines or all patients for every case would be felt after some years."""
    zone, asked = vault.zone("health"), []
    zone.connection.set_trace_callback(asked.append)
    for register in zone.registers:
        for reminder in register.reminders:
            due.recalled(zone, register, reminder)
    zone.connection.set_trace_callback(None)
    assert asked
    for sql in asked:
        plan = [row["detail"] for row in zone.select(f"explain query plan {sql}")]
        scans = [step for step in plan if step.startswith("SCAN") and "CONSTANT" not in step]
        assert len(scans) == 1, plan
        assert not any("AUTOMATIC" in step or "MATERIALIZE" in step for step in plan), plan


def test_what_was_worked_on_comes_newest_first_and_once(vault, gate_log):
    first, second = save(gate_log), save(gate_log, driver="Ким")
    gate_log.save(gate_log.read(first)[0] | {"driver": "Ли"}, gate_log.read(first)[1], ready=True)
    assert [one.uid for one in due.touched(vault, 5)] == [first, second]
    assert [one.uid for one in due.touched(vault, 1)] == [first]


def test_what_somebody_else_worked_on_is_not_told(vault, gate_log):
    save(gate_log)
    vault.zone("security").person = "Другой"
    assert due.touched(vault, 5) == []


def test_looking_at_a_health_record_counts_as_work_and_a_merge_does_not(vault):
    patient(vault)
    other = vault.records("patients").all()[0].record["uid"]
    vault.zone("health").person = "Врач"
    assert due.touched(vault, 5) == []
    vault.records("patients").viewed(other)
    assert [one.uid for one in due.touched(vault, 5)] == [other]


def test_at_headquarters_the_prisons_are_counted_that_owe_the_month(make_vault, monkeypatch):
    vault = make_vault("HQ")
    zone = vault.zone("training")
    assert due.missing(vault)[1] == 0
    zone.connection.execute(
        "insert into received (check_number, prison, station, month, revision, sequence, file, at, person, counts) values"
        " ('1', 'IK-01', 's', '2013-02', 1, 1, 'f', '2013-03-04T10:00:00+06:00', 'x', ?)",
        [json.dumps({"accepted": 1, "rejected": 0, "blank": 0})],
    )
    monkeypatch.setattr(type(zone), "today", property(lambda _: dt.date(2013, 4, 6)))
    prisons = [
        code for code in vault.definitions.codes["prisons"].codes.values() if code.code != "HQ" and code.is_valid("2013-03")
    ]
    assert due.missing(vault) == ("2013-03", len(prisons))
    monkeypatch.setattr(type(zone), "today", property(lambda _: dt.date(2013, 4, 5)))
    assert due.missing(vault) == ("2013-03", 0)
