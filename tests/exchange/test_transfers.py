"""A case that goes to another prison: by way of headquarters and back, counted once, and nothing lost on the way."""

import json

import pytest

from desktop.exchange.letters import read_letter, write_letter
from desktop.exchange.transfers import (
    CAME,
    DUE,
    FORWARDED,
    REFUSED,
    SENT,
    SETTLED,
    TAKEN,
    arrival,
    passages,
    read_transfer,
    refuse,
    take_over,
    write_on,
    write_transfer,
)
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.vault import create_vault
from tests.cases import CANARIES, HEALTH, SURNAME, keep_case, keep_patient
from tests.meeting import meet


@pytest.fixture
def stations(tmp_path, definitions):
    """Make a prison, headquarters and another prison; both prisons know headquarters."""
    made = [
        create_vault(tmp_path / code, definitions, prison=code, person="Асанов А.", password="пароль", profile="cheapest")
        for code in ("IK-01", "HQ", "IK-03")
    ]
    origin, hq, destination = made
    meet(hq, origin)
    meet(hq, destination)
    yield made
    for vault in made:
        vault.close()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


def carry(path, vault):
    return read_transfer(vault, path.name, path.read_bytes())


def only(vault):
    (found,) = passages(vault, HEALTH)
    return found


def line_of(vault, uid):
    return vault.records("tb_cases").read(uid)[1]["transfers"][0]


def refusal(call, *values):
    with pytest.raises(AppError) as caught:
        call(*values)
    return caught.value.name


def send_to_destination(stations, stick):
    """Send a case the whole way there; give its uid and the number of its transfer."""
    origin, hq, destination = stations
    uid = keep_case(origin)
    number = carry(write_transfer(origin, "tb_cases", uid, stick), hq).passage.number
    carry(write_on(hq, HEALTH, number, stick), destination)
    return uid, number


def answer(stations, number, stick):
    origin, hq, destination = stations
    carry(write_on(destination, HEALTH, number, stick), hq)
    return carry(write_on(hq, HEALTH, number, stick), origin)


def test_a_case_goes_the_whole_way_and_is_confirmed_with_the_day_of_the_answer(stations, stick):
    origin, hq, destination = stations
    uid = keep_case(origin)
    assert only(origin).state == DUE
    path = write_transfer(origin, "tb_cases", uid, stick)
    assert (only(origin).state, line_of(origin, uid)["transfer_state"]) == (SENT, "SEN")
    came = carry(path, hq)
    assert came.is_new
    assert (came.passage.state, came.passage.origin, came.passage.destination) == (CAME, "IK-01", "IK-03")
    path = write_on(hq, HEALTH, came.passage.number, stick)
    assert only(hq).state == FORWARDED
    assert path.name.startswith("IK-03_health_transfer_")
    number = carry(path, destination).passage.number
    saved = take_over(destination, HEALTH, number)
    assert saved.record["state"] == "READY", [p.text["en"] for p in saved.judgement.problems]
    settled = answer(stations, number, stick).passage
    assert (settled.state, settled.decision, settled.taken_as) == (SETTLED, TAKEN, saved.record["number"])
    line = line_of(origin, uid)
    assert (line["transfer_state"], line["arrival"]) == ("REC", "ARR")
    assert line["arrived_on"] == destination.zone(HEALTH).today.isoformat()
    record = origin.records("tb_cases").read(uid)[0]
    assert (record["state"], record["outcome"]) == ("READY", None)
    told = [entry.why for entry in origin.zone(HEALTH).history_of(uid, "ru")]
    assert any(saved.record["number"] in why for why in told)
    assert only(hq).state == only(destination).state == SETTLED


def test_the_case_arrives_with_all_its_lines_and_says_whose_it_goes_on_from(stations, stick):
    origin, _, destination = stations
    uid, number = send_to_destination(stations, stick)
    record, lines = destination.records("tb_cases").read(take_over(destination, HEALTH, number).record["uid"])
    left, left_lines = origin.records("tb_cases").read(uid)
    assert record["number"].startswith("IK-03-T-2013")
    assert (record["notified_elsewhere"], record["notified_by"], record["notified_number"]) == (1, "IK-01", left["number"])
    assert json.loads(record["extra"])["origin"]["uid"] == uid
    same = ("diagnosed_on", "method", "smear", "started_on", "regimen", "remarks", "expected_end")
    assert [record[name] for name in same] == [left[name] for name in same]
    assert [row["smear_then"] for row in lines["follow_ups"]] == ["NEG"]
    assert lines["follow_ups"][0]["uid"] != left_lines["follow_ups"][0]["uid"]
    (line,) = lines["transfers"]
    assert (line["direction"], line["other_prison"], line["transfer_state"]) == ("IN", "IK-01", "REC")
    (patient,) = destination.records("patients").all()
    assert (patient.record["surname"], patient.record["admitted_on"]) == (SURNAME, None)
    assert record["patient"] == patient.record["number"]


def test_a_person_who_is_known_by_the_same_file_is_offered_and_may_be_taken(stations, stick):
    _, _, destination = stations
    known = keep_patient(destination, surname="Иначе")
    keep_patient(destination, surname="Другой", personal_file="Дело-1")
    _, number = send_to_destination(stations, stick)
    assert [row["number"] for row in arrival(destination, HEALTH, number).same] == [known]
    assert take_over(destination, HEALTH, number, known).record["patient"] == known
    assert len(destination.records("patients").all()) == 2


def test_a_refusal_travels_back_with_its_reason_and_the_case_stays_open(stations, stick):
    origin, _, destination = stations
    uid, number = send_to_destination(stations, stick)
    assert refusal(refuse, destination, HEALTH, number, " ") == "transfer.why_needed"
    assert refusal(write_on, destination, HEALTH, number, stick) == "transfer.not_decided"
    refuse(destination, HEALTH, number, "не прибыл")
    assert refusal(take_over, destination, HEALTH, number) == "transfer.settled"
    settled = answer(stations, number, stick).passage
    assert (settled.decision, settled.why) == (REFUSED, "не прибыл")
    assert (line_of(origin, uid)["transfer_state"], line_of(origin, uid)["arrived_on"]) == ("REF", None)
    assert not destination.records("tb_cases").all()
    assert not destination.records("patients").all()


def test_every_letter_written_or_read_again_changes_nothing(stations, stick):
    origin, hq, destination = stations
    uid = keep_case(origin)
    paths = [(write_transfer(origin, "tb_cases", uid, stick), hq)]
    number = carry(*paths[0]).passage.number
    assert refusal(write_transfer, origin, "tb_cases", uid, stick) == "transfer.not_due"
    paths += [(write_on(origin, HEALTH, number, stick), hq)]
    paths += [(write_on(hq, HEALTH, number, stick), destination) for _ in range(2)]
    carry(*paths[-1])
    take_over(destination, HEALTH, number)
    paths += [(write_on(destination, HEALTH, number, stick), hq) for _ in range(2)]
    carry(*paths[-1])
    paths += [(write_on(hq, HEALTH, number, stick), origin) for _ in range(2)]
    carry(*paths[-1])
    heads = [vault.zone(HEALTH).head for vault in stations]
    assert [carry(*each).is_new for each in paths] == [False] * len(paths)
    assert [vault.zone(HEALTH).head for vault in stations] == heads
    assert len({path.name for path, _ in paths}) == len(paths)


def test_what_was_interrupted_between_two_writes_goes_on_as_one_transfer(stations, stick):
    origin, hq, destination = stations
    uid = keep_case(origin)
    path = write_transfer(origin, "tb_cases", uid, stick)
    record, lines = origin.records("tb_cases").read(uid)
    lines["transfers"][0]["transfer_state"] = "PRE"
    assert origin.records("tb_cases").save(record, lines, ready=True).kept
    assert only(origin).state == SENT
    write_on(origin, HEALTH, only(origin).number, stick)
    assert line_of(origin, uid)["transfer_state"] == "SEN"
    lines["transfers"][0]["transfer_state"] = "PRE"
    assert origin.records("tb_cases").save(record, lines, ready=True).kept
    again = write_transfer(origin, "tb_cases", uid, stick)
    assert carry(path, hq).passage.number == carry(again, hq).passage.number
    number = only(hq).number
    carry(write_on(hq, HEALTH, number, stick), destination)
    taken = take_over(destination, HEALTH, number)
    destination.zone(HEALTH).connection.execute("delete from letters where kind = 'transfer_answer'")
    assert destination.records("tb_cases").count() == 1
    body = hq.zone(HEALTH).select("select content from letters where direction = 'in'")[0]["content"]
    destination.zone(HEALTH).connection.execute("update letters set content = ?", (body,))
    assert take_over(destination, HEALTH, number).record["number"] == taken.record["number"]
    assert (destination.records("tb_cases").count(), destination.records("patients").count()) == (1, 1)


def test_a_letter_that_went_another_way_is_refused(stations, stick, definitions, tmp_path):
    origin, hq, destination = stations
    uid = keep_case(origin)
    path = write_transfer(origin, "tb_cases", uid, stick)
    body = read_letter(hq, path.name, path.read_bytes()).body
    to_hq = station_keys.headquarters(destination.zone(HEALTH))
    forged = write_letter(destination, HEALTH, to_hq, "transfer", body, stick)
    assert refusal(carry, forged, hq) == "transfer.wrong_way"
    number = carry(path, hq).passage.number
    said = {"transfer": number, "decision": TAKEN, "why": "", "number": "IK-01-T-2013-0009", "day": "2013-03-05"}
    own = station_keys.headquarters(origin.zone(HEALTH))
    assert refusal(carry, write_letter(origin, HEALTH, own, "transfer_answer", said, stick), hq) == "transfer.wrong_way"
    unknown = write_letter(origin, HEALTH, own, "transfer_answer", said | {"transfer": "x"}, stick)
    assert refusal(carry, unknown, hq) == "transfer.unknown"
    bad = write_letter(origin, HEALTH, own, "transfer_answer", said | {"day": "сегодня"}, stick)
    assert refusal(carry, bad, hq) == "letter.changed"
    assert refusal(carry, write_letter(origin, HEALTH, own, "transfer", {"transfer": "x"}, stick), hq) == "letter.changed"
    assert refusal(carry, write_letter(origin, HEALTH, own, "receipt", {}, stick), hq) == "transfer.other_letter"


def test_no_name_is_readable_in_a_letter_nor_in_anything_that_headquarters_lists(stations, stick):
    _, hq, _ = stations
    _, number = send_to_destination(stations, stick)
    zone = hq.zone(HEALTH)

    def readable():
        rows = [
            row
            for register in zone.registers
            for table in register.tables
            for row in zone.select(f"select * from {table.table}")
        ]
        told = [zone.latest_history("ru"), passages(hq, HEALTH), zone.select("select * from history")]
        return f"{rows} {told}"

    assert not any(canary in readable() for canary in CANARIES)
    for path in stick.iterdir():
        assert not any(canary.encode() in path.read_bytes() or canary in path.name for canary in CANARIES)
    assert SURNAME in zone.select("select * from letters")[0]["content"]
    take_over(stations[2], HEALTH, number)
    answer(stations, number, stick)
    for vault in stations:
        kept = json.dumps(vault.zone(HEALTH).select("select * from letters"), ensure_ascii=False)
        assert not any(canary in kept for canary in CANARIES), "who is settled is forgotten"
    assert not any(canary in readable() for canary in CANARIES)


def test_a_case_that_nobody_answers_for_stays_open_and_is_seen_on_its_way(stations, stick):
    origin, hq, _ = stations
    uid, _ = send_to_destination(stations, stick)
    hq.zone(HEALTH).connection.execute("update letters set at = ?", (f"{hq.zone(HEALTH).today.replace(day=1)}T10:00:00+06:00",))
    found = only(hq)
    assert (found.state, found.days) == (FORWARDED, hq.zone(HEALTH).today.day - 1)
    assert (only(origin).state, origin.records("tb_cases").read(uid)[0]["state"]) == (SENT, "READY")


def test_a_transfer_needs_headquarters_a_line_that_says_so_and_a_finished_record(make_vault, stick):
    vault = make_vault("IK-01")
    uid = keep_case(vault, state="WAI")
    assert refusal(write_transfer, vault, "tb_cases", uid, stick) == "transfer.no_headquarters"
    hq = make_vault("HQ")
    meet(hq, vault)
    assert refusal(write_transfer, vault, "tb_cases", uid, stick) == "transfer.not_due"
    due = keep_case(vault)
    assert refusal(write_transfer, vault, "tb_cases", due, stick / "нет") == "handoff.no_folder"
    record, lines = vault.records("tb_cases").read(due)
    vault.records("tb_cases").save(record, lines, ready=False)
    assert refusal(write_transfer, vault, "tb_cases", due, stick) == "transfer.not_due"
    assert not passages(vault, HEALTH)


def test_headquarters_cannot_pass_on_to_a_prison_it_does_not_know(make_vault, stick):
    vault, hq = make_vault("IK-01"), make_vault("HQ")
    meet(hq, vault)
    number = carry(write_transfer(vault, "tb_cases", keep_case(vault), stick), hq).passage.number
    assert refusal(write_on, hq, HEALTH, number, stick) == "transfer.not_enrolled"
    assert only(hq).state == CAME


def keep_hiv_case(vault):
    own = {"patient": keep_patient(vault), "diagnosed_on": "2013-02-01", "knew_before": "N", "notified_elsewhere": 0,
           "has_consent": 1, "result": "POS", "key_populations": "PRI", "art_status": "NO", "outcome": "RET"}  # fmt: skip
    line = {"direction": "OUT", "transfer_kind": "PRI", "transferred_on": "2013-03-01", "other_prison": "IK-03",
            "transfer_state": "PRE"}  # fmt: skip
    saved = vault.records("hiv_cases").save(own, {"transfers": [line]}, ready=True)
    assert saved.kept, [p.text["en"] for p in saved.judgement.problems]
    return saved.record["uid"]


def test_a_case_of_hiv_is_transferred_out_once_its_arrival_is_confirmed(stations, stick):
    origin, hq, destination = stations
    uid = keep_hiv_case(origin)
    number = carry(write_transfer(origin, "hiv_cases", uid, stick), hq).passage.number
    carry(write_on(hq, HEALTH, number, stick), destination)
    assert origin.records("hiv_cases").read(uid)[0]["outcome"] == "RET"
    taken = take_over(destination, HEALTH, number).record
    answer(stations, number, stick)
    left = origin.records("hiv_cases").read(uid)[0]
    assert (left["state"], left["outcome"], left["outcome_on"]) == ("READY", "TRO", destination.zone(HEALTH).today.isoformat())
    assert (taken["outcome"], taken["key_populations"], taken["notified_number"]) == ("RET", "PRI", left["number"])


def test_a_case_that_comes_back_was_still_notified_by_the_first_prison(stations, stick):
    origin, hq, destination = stations
    uid, number = send_to_destination(stations, stick)
    taken = take_over(destination, HEALTH, number).record
    answer(stations, number, stick)
    first = origin.records("tb_cases").read(uid)[0]["number"]
    record, lines = destination.records("tb_cases").read(taken["uid"])
    lines["transfers"].append({"direction": "OUT", "transfer_kind": "PRI", "transferred_on": "2013-06-01",
                               "other_prison": "IK-01", "transfer_state": "PRE"})  # fmt: skip
    assert destination.records("tb_cases").save(record, lines, ready=True).kept
    back = carry(write_transfer(destination, "tb_cases", taken["uid"], stick), hq).passage.number
    carry(write_on(hq, HEALTH, back, stick), origin)
    known = [row["number"] for row in arrival(origin, HEALTH, back).same]
    again = take_over(origin, HEALTH, back, known[0]).record
    assert (again["notified_elsewhere"], again["notified_by"], again["notified_number"]) == (1, "IK-01", first)
    assert len(origin.records("patients").all()) == 1


def test_what_only_a_newer_program_records_is_kept_with_the_case(stations, stick):
    origin, hq, destination = stations
    path = write_transfer(origin, "tb_cases", keep_case(origin), stick)
    body = dict(read_letter(hq, path.name, path.read_bytes()).body)
    body["case"] = body["case"] | {"hq_ward": "7"}
    own = station_keys.headquarters(origin.zone(HEALTH))
    number = carry(write_letter(origin, HEALTH, own, "transfer", body, stick), hq).passage.number
    carry(write_on(hq, HEALTH, number, stick), destination)
    taken = take_over(destination, HEALTH, number).record
    assert json.loads(taken["extra"])["columns"] == {"hq_ward": "7"}


def test_a_record_that_was_voided_meanwhile_stays_void(stations, stick):
    origin, _, destination = stations
    uid, number = send_to_destination(stations, stick)
    take_over(destination, HEALTH, number)
    origin.records("tb_cases").void(uid, "ERR", "не тот человек")
    answer(stations, number, stick)
    assert origin.records("tb_cases").read(uid)[0]["state"] == "VOID"
    assert only(origin).state == SETTLED
