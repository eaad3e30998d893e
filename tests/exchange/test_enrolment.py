"""Key files: what a station says of its keys arrives as it was written, and is relied on only after it was accepted."""

import json

import pytest

from desktop.exchange.enrolment import LARGEST_KEY_FILE, accept, offers, read_handoff_keys, read_keys, write_keys
from desktop.exchange.handoff import build, write_handoff
from desktop.exchange.merge import preview
from desktop.exchange.sealed import open_workbook, seal_workbook
from desktop.exchange.workbook import Cover
from desktop.registers.kinds import Reading
from desktop.registers.problems import AppError
from desktop.store import people, station_keys
from desktop.store.history import broken_events
from desktop.store.vault import open_vault
from tests.exchange.steps import MONTH
from tests.meeting import meet

OTHER_PASSWORD = "другой пароль"


def refusal(call, *values):
    with pytest.raises(AppError) as caught:
        call(*values)
    return caught.value.name


def enrol_all(vault, path):
    found = offers(vault, read_keys(path))
    for offer in found:
        accept(vault, offer)
    return found


def states(vault, path):
    return {offer.zone: (offer.state, offer.vouched) for offer in offers(vault, read_keys(path))}


def test_two_stations_know_each_other_after_one_file_each_way(prison, headquarters, stick):
    paths = write_keys(headquarters, stick), write_keys(prison, stick)
    assert [path.name for path in paths] == ["depter_headquarters.json", "IK-01_keys.json"]
    assert {offer.state for offer in enrol_all(prison, paths[0])} == {"new"}
    assert len(enrol_all(headquarters, paths[1])) == len(headquarters.zones)
    for zone in prison.zones:
        assert station_keys.headquarters(prison.zone(zone)).keys == station_keys.own(headquarters.zone(zone))
        assert station_keys.partner(headquarters.zone(zone), prison.station.id).keys == station_keys.own(prison.zone(zone))
    made = write_handoff(prison, "health", MONTH, stick)
    assert preview(headquarters, [made.path])[0].refused is None


def test_a_key_file_holds_public_keys_alone_and_is_made_of_letters(headquarters, stick):
    told = json.loads(write_keys(headquarters, stick).read_bytes())
    assert set(told) == {"format", "station", "prison", "zones"}
    assert {frozenset(entry) for entry in told["zones"].values()} == {frozenset({"signer", "sealing", "signature", "before"})}
    private = [
        json.loads(row["value"])
        for zone in headquarters.zones
        for row in headquarters.zone(zone).select("select value from settings where name = 'station_keys'")
    ]
    assert len(private) == len(headquarters.zones)
    assert not [key for keys in private for key in keys.values() if key in str(told)]


def test_reading_a_file_enrols_nobody(prison, headquarters, stick):
    offers(prison, read_keys(write_keys(headquarters, stick)))
    assert [station_keys.partners(prison.zone(zone)) for zone in prison.zones] == [[]] * len(prison.zones)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda told: told | {"format": "depter-keys/2"}, "enrolment.newer"),
        (lambda told: told | {"format": "depter-letter/1"}, "enrolment.none"),
        (lambda told: told | {"prison": "IK-03"}, "enrolment.damaged"),
        (lambda told: told | {"station": "0" * 32}, "enrolment.damaged"),
        (lambda told: told | {"zones": {"training": told["zones"]["health"]}}, "enrolment.damaged"),
        (lambda told: told | {"zones": {"health": told["zones"]["health"] | {"sealing": "AAAA"}}}, "enrolment.damaged"),
        (lambda told: told | {"zones": {"health": {}}}, "enrolment.none"),
        (lambda told: told | {"zones": {"health": told["zones"]["health"] | {"before": 1}}}, "enrolment.none"),
        (lambda told: told | {"zones": []}, "enrolment.none"),
        (lambda _: [], "enrolment.none"),
        (lambda _: "PK", "enrolment.none"),
    ],
)
def test_whatever_is_changed_of_a_key_file_is_said(headquarters, stick, change, name):
    path = write_keys(headquarters, stick)
    path.write_text(json.dumps(change(json.loads(path.read_bytes()))), "utf-8")
    assert refusal(read_keys, path) == name


def test_what_is_no_key_file_is_refused_in_a_sentence(stick):
    path = stick / "file.json"
    for content in (b"", b"PK\x03\x04", b"\xff\xfe", b"[" * 100_000, b" " * (LARGEST_KEY_FILE + 1)):
        path.write_bytes(content)
        assert refusal(read_keys, path) == "enrolment.none"
    assert refusal(read_keys, stick / "nothing.json") == "file.not_there"
    assert refusal(read_keys, stick) == "file.not_there"


def test_a_file_of_the_wrong_side_is_refused(prison, headquarters, make_vault, stick):
    own, other = write_keys(prison, stick), write_keys(make_vault("IK-03"), stick)
    second = stick / "second"
    second.mkdir()
    assert refusal(offers, prison, read_keys(own)) == "enrolment.own"
    assert refusal(offers, prison, read_keys(other)) == "enrolment.not_headquarters"
    assert refusal(offers, headquarters, read_keys(write_keys(make_vault("HQ", "other"), second))) == "enrolment.no_prison"


def test_a_person_enrols_only_what_they_can_open_and_the_file_keeps_what_others_wrote(headquarters, prison, definitions, stick):
    path = write_keys(headquarters, stick)
    meet(prison, headquarters)
    people.add(headquarters, people.Newcomer("Усманов Т.", ("headquarters_analyst",), OTHER_PASSWORD))
    people.let_in(headquarters, "training", "Усманов Т.", OTHER_PASSWORD)
    headquarters.close()
    of_prison = write_keys(prison, stick)
    before = read_keys(path)
    with open_vault(headquarters.folder, definitions, OTHER_PASSWORD, "Усманов Т.") as vault:
        assert [offer.zone for offer in offers(vault, read_keys(of_prison))] == ["training"]
        assert read_keys(write_keys(vault, stick)) == before
        health = json.loads(of_prison.read_bytes())
        health["zones"] = {"health": health["zones"]["health"]}
        of_prison.write_text(json.dumps(health), "utf-8")
        assert refusal(offers, vault, read_keys(of_prison)) == "enrolment.no_zone"


def test_a_file_of_another_station_is_written_over_and_not_mixed_with(make_vault, stick):
    write_keys(make_vault("HQ", "first"), stick)
    second = make_vault("HQ", "second")
    assert read_keys(write_keys(second, stick)).station == second.station.id


def test_a_changed_key_is_told_with_the_one_before_which_is_kept_as_replaced(prison, headquarters, stick):
    meet(prison, headquarters)
    zone = headquarters.zone("health")
    old = station_keys.partner(zone, prison.station.id)
    assert set(states(headquarters, write_keys(prison, stick)).values()) == {("same", False)}
    station_keys.renew(prison.zone("health"))
    path = write_keys(prison, stick)
    assert states(headquarters, path)["health"] == ("changed", True)
    assert states(headquarters, path)["training"] == ("same", False)
    found = enrol_all(headquarters, path)
    assert next(offer.before for offer in found if offer.zone == "health") == old
    assert [(one.keys == old.keys, bool(one.retired)) for one in station_keys.partners(zone)] == [(True, True), (False, False)]
    assert len(station_keys.partners(headquarters.zone("training"))) == 1
    assert list(broken_events(zone.connection)) == []


def test_only_the_key_that_is_enrolled_vouches_for_a_new_one(prison, headquarters, make_vault, stick):
    meet(prison, headquarters)
    forged = make_vault("HQ", "forged")
    station_keys.renew(forged.zone("health"))
    assert states(prison, write_keys(forged, stick))["health"] == ("changed", False)
    for _ in range(2):
        station_keys.renew(headquarters.zone("health"))
    path = write_keys(headquarters, stick)
    assert states(prison, path)["health"] == ("changed", True)
    told = json.loads(path.read_bytes())
    for one in told["zones"]["health"]["before"]:
        one["signature"] = told["zones"]["health"]["signature"]
    path.write_text(json.dumps(told), "utf-8")
    assert states(prison, path)["health"] == ("changed", False)


def test_an_older_file_is_called_older(prison, headquarters, stick):
    old = write_keys(headquarters, stick).rename(stick / "old.json")
    enrol_all(prison, old)
    station_keys.renew(headquarters.zone("health"))
    enrol_all(prison, write_keys(headquarters, stick))
    assert states(prison, old)["health"][0] == "older"
    assert states(prison, old)["training"][0] == "same"


def test_a_second_computer_of_a_prison_stands_beside_the_first(prison, headquarters, make_vault, stick):
    meet(prison, headquarters)
    second = make_vault("IK-01", "second", letter="B")
    path = write_keys(second, stick)
    assert path.name == "IK-01B_keys.json"
    assert {state for state, _ in states(headquarters, path).values()} == {"another"}
    enrol_all(headquarters, path)
    known = [one for one in station_keys.partners(headquarters.zone("health")) if not one.retired]
    assert {one.station for one in known} == {prison.station.id, second.station.id}


def test_what_was_sealed_to_a_replaced_key_still_opens(prison, headquarters):
    meet(prison, headquarters)
    sealed = seal_workbook("health", station_keys.headquarters(prison.zone("health")), b"PK workbook")
    station_keys.renew(headquarters.zone("health"))
    assert open_workbook(headquarters, "a", sealed) == b"PK workbook"


def test_the_keys_of_a_prison_may_come_with_a_hand_off(prison, headquarters, stick, definitions):
    keys, path = station_keys.own(prison.zone("health")), stick / "a.xlsx"
    reading, meta = (
        Reading(prison.zone("health").today, dict(definitions.codes)),
        {"language": "ru", "month": MONTH, "prison": "IK-01"},
    )
    meta |= {"zone": "health", "station": prison.station.id}

    def write(**words):
        path.write_bytes(build(reading, [], meta | words, Cover("Обложка", [], "", [], ["в"])))

    write(**vars(keys))
    file = read_handoff_keys(headquarters, path)
    assert file.entries["health"] == read_keys(write_keys(prison, stick)).entries["health"]
    assert [(offer.zone, offer.state) for offer in offers(headquarters, file)] == [("health", "new")]
    for words in ({}, {"signer": keys.signer}, {"signer": keys.signer, "sealing": "AAAA"}):
        write(**words)
        assert refusal(read_handoff_keys, headquarters, path) == "enrolment.not_signed"
    path.write_bytes(b"PK")
    assert refusal(read_handoff_keys, headquarters, path) == "enrolment.refused"


def test_nothing_can_be_sealed_to_a_key_that_keeps_no_secret(headquarters):
    keys = station_keys.own(headquarters.zone("health"))
    assert station_keys.can_seal_to(keys)
    for sealing in ("", "AAAA", "no base64", "A" * 43 + "="):
        assert not station_keys.can_seal_to(station_keys.PublicKeys(keys.signer, sealing))
