"""Definitions travel to the prisons as signed packs, and hand-offs of stations with different packs merge without loss."""

from dataclasses import replace

import pytest

from desktop.exchange.letters import write_letter
from desktop.exchange.packs import KIND, apply_pack, read_pack, receivers, summary, write_packs
from desktop.registers.labels import Label
from desktop.registers.packs import Pack, with_codes, with_field
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.definitions import applied
from desktop.store.history import of_station
from tests.exchange.steps import GATE, change, enter, hand_off, take
from tests.meeting import meet
from tests.registers.test_packs import TRAIN, WORDS


@pytest.fixture
def met(prison, headquarters):
    meet(headquarters, prison)
    return prison, headquarters


def pack_for(vault, number=1, **words):
    codes = vault.definitions.codes["directions"]
    changed = replace(codes, codes={**codes.codes, TRAIN.code: replace(TRAIN, **words)})
    return with_field(with_codes(Pack(number), codes, changed), "gate_log", WORDS)


def refusal(call, *values):
    with pytest.raises(AppError) as caught:
        call(*values)
    return caught.value.name


def noted(vault, zone="security"):
    return [event["changes"] for event in of_station(vault.zone(zone).connection, "definitions")]


@pytest.fixture
def send(met, stick):
    """Apply a pack at headquarters, and give the letter to the prison."""

    def send_(pack):
        apply_pack(met[1], pack)
        (path,) = write_packs(met[1], stick)
        return path.name, path.read_bytes()

    return send_


# On its way


def test_a_prison_reads_what_a_pack_changes_and_applies_it(met, send, reopen):
    prison, headquarters = met
    arrived = read_pack(prison, *send(pack_for(headquarters)))
    assert [text["ru"] for text in summary(arrived.changes)] == ["1 код добавлен", "1 поле добавлено"]
    renewed = reopen(prison, apply_pack(prison, arrived.pack))
    assert enter(renewed, direction="TRAIN", hq_escort=1).record["hq_escort"] == 1
    assert noted(renewed) == noted(renewed, "health") == [{"number": 1, "code_new": 1, "field_new": 1}]
    assert applied(renewed.folder) == arrived.pack


def test_every_enrolled_station_gets_one_letter(met, make_vault, stick):
    prison, headquarters = met
    other = make_vault("IK-03")
    meet(headquarters, other)
    apply_pack(headquarters, pack_for(headquarters))
    written = write_packs(headquarters, stick)
    assert sorted(path.name.split("_")[0] for path in written) == ["IK-01", "IK-03"]
    assert {partner.station for _, partner in receivers(headquarters).values()} == {prison.station.id, other.station.id}


def test_a_pack_comes_by_a_zone_that_both_stations_open(prison, headquarters, stick):
    for zone in ("health",):
        for vault, partner in ((headquarters, prison), (prison, headquarters)):
            keys = station_keys.own(partner.zone(zone))
            station_keys.enrol(vault.zone(zone), partner.station.id, partner.station.prison, keys)
    apply_pack(headquarters, pack_for(headquarters))
    (path,) = write_packs(headquarters, stick)
    assert "_health_definitions_" in path.name
    assert read_pack(prison, path.name, path.read_bytes()).pack.number == 1


def test_a_pack_that_is_applied_already_or_older_is_refused_in_words(met, send, reopen):
    prison, headquarters = met
    first = send(pack_for(headquarters))
    second = send(replace(pack_for(headquarters, valid_until="2014"), number=2))
    prison = reopen(prison, apply_pack(prison, read_pack(prison, *second).pack))
    assert refusal(read_pack, prison, *second) == "packs.already"
    assert refusal(read_pack, prison, *first) == "packs.older"


def test_a_pack_of_anybody_but_headquarters_is_refused(met, make_vault, stick):
    prison, headquarters = met
    other = make_vault("IK-03")
    meet(prison, other)
    body = {"number": 9, "files": dict(pack_for(headquarters).files)}
    path = write_letter(other, "security", station_keys.partner(other.zone("security"), prison.station.id), KIND, body, stick)
    assert refusal(read_pack, prison, path.name, path.read_bytes()) == "packs.not_of_headquarters"


def test_a_letter_about_something_else_is_no_pack(met, stick):
    prison, headquarters = met
    partner = station_keys.partner(headquarters.zone("security"), prison.station.id)
    path = write_letter(headquarters, "security", partner, "receipt", {}, stick)
    assert refusal(read_pack, prison, path.name, path.read_bytes()) == "packs.none"


def test_nothing_is_sent_before_it_is_applied_or_where_nobody_could_open_it(headquarters, stick):
    assert refusal(write_packs, headquarters, stick) == "packs.nothing_applied"
    apply_pack(headquarters, pack_for(headquarters))
    assert refusal(write_packs, headquarters, stick) == "packs.nobody"
    assert list(stick.iterdir()) == []


# Hand-offs between stations of different packs


@pytest.fixture
def ahead(prison, reopen):
    """A prison whose pack headquarters does not have."""
    return reopen(prison, apply_pack(prison, pack_for(prison)))


def test_a_field_that_headquarters_does_not_have_yet_is_kept(ahead, headquarters, stick):
    saved = enter(ahead, hq_escort=1)
    plans, done = take(headquarters, hand_off(ahead, stick).path)
    assert (plans[0].refused, done[0].accepted, done[0].rejected) == (None, 2, 0)
    assert "hq_escort" in headquarters.records("gate_log").read(saved.record["uid"])[0]["extra"]


def test_a_code_that_headquarters_does_not_have_yet_is_a_problem_of_its_row_alone(ahead, headquarters, stick):
    enter(ahead)
    unknown = enter(ahead, direction="TRAIN")
    plans, done = take(headquarters, hand_off(ahead, stick).path)
    assert plans[0].refused is None
    assert headquarters.records("gate_log").count() == 1
    (problem,) = [p for row in plans[0].rows if row.verdict == "invalid" and row.sheet == GATE for p in row.problems]
    assert "TRAIN" in problem.text["ru"]
    assert done[0].rejected
    assert unknown.record["uid"] not in {item.record["uid"] for item in headquarters.records("gate_log").all()}


def test_nothing_is_lost_once_headquarters_has_the_pack(ahead, headquarters, reopen, stick):
    saved = [enter(ahead, hq_escort=1), enter(ahead, direction="TRAIN", hq_escort=0)]
    made = hand_off(ahead, stick)
    take(headquarters, made.path)
    renewed = reopen(headquarters, apply_pack(headquarters, pack_for(headquarters)))
    plans, done = take(renewed, made.path)
    assert (plans[0].refused, done[0].rejected) == (None, 0)
    read = [renewed.records("gate_log").read(one.record["uid"])[0] for one in saved]
    assert [(record["direction"], record["hq_escort"]) for record in read] == [("IN", 1), ("TRAIN", 0)]


def test_a_file_of_a_prison_without_the_pack_merges_at_headquarters_that_has_it(prison, headquarters, reopen, stick):
    saved = enter(prison)
    made = hand_off(prison, stick)
    renewed = reopen(headquarters, apply_pack(headquarters, pack_for(headquarters)))
    plans, done = take(renewed, made.path)
    assert (plans[0].refused, plans[0].edited, done[0].accepted, done[0].rejected) == (None, (), 2, 0)
    assert renewed.records("gate_log").read(saved.record["uid"])[0]["hq_escort"] is None


def test_a_prison_without_the_pack_takes_nothing_from_what_one_with_it_had_sent(ahead, headquarters, reopen, stick):
    headquarters = reopen(headquarters, apply_pack(headquarters, pack_for(headquarters)))
    saved = enter(ahead, hq_escort=1)
    take(headquarters, hand_off(ahead, stick).path)
    change(ahead, saved, comment="исправлено")
    take(headquarters, hand_off(ahead, stick, why="исправление").path)
    record = headquarters.records("gate_log").read(saved.record["uid"])[0]
    assert (record["comment"], record["hq_escort"]) == ("исправлено", 1)


def test_a_retired_code_stays_readable_in_old_files(prison, headquarters, reopen, stick):
    first = reopen(prison, apply_pack(prison, pack_for(prison)))
    enter(first, direction="TRAIN")
    made = hand_off(first, stick)
    retired = pack_for(headquarters, valid_from="2013-01", valid_until="2013-02")
    renewed = reopen(headquarters, apply_pack(headquarters, retired))
    plans, done = take(renewed, made.path)
    assert (plans[0].refused, done[0].accepted, done[0].rejected) == (None, 2, 0)


def test_the_label_of_a_code_may_be_put_right_and_old_files_still_read(prison, headquarters, reopen, stick):
    first = reopen(prison, apply_pack(prison, pack_for(prison)))
    saved = enter(first, direction="TRAIN")
    made = hand_off(first, stick)
    label = Label.of({"ru": "По железной дороге", "ky": "Темир жол менен", "en": "By rail"})
    renewed = reopen(headquarters, apply_pack(headquarters, pack_for(headquarters, label=label)))
    take(renewed, made.path)
    assert renewed.records("gate_log").read(saved.record["uid"])[0]["direction"] == "TRAIN"
