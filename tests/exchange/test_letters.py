"""Letters between stations: only the right one opens them, and only when the right one wrote them."""

import json

import pytest

from desktop.exchange.letters import letter_zone, read_letter, write_letter
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.station_keys import PublicKeys
from desktop.store.vault import create_vault


@pytest.fixture
def stations(tmp_path, definitions):
    """Make headquarters and two prisons that do not know each other yet."""
    made = [
        create_vault(tmp_path / code, definitions, prison=code, person="Асанов А.", password="пароль", profile="cheapest")
        for code in ("HQ", "IK-01", "IK-03")
    ]
    yield made
    for vault in made:
        vault.close()


def meet(vault, other, zone="health"):
    station_keys.enrol(vault.zone(zone), other.station.id, other.station.prison, station_keys.own(other.zone(zone)))
    found = station_keys.partner(vault.zone(zone), other.station.id)
    assert found
    return found


def refusal(call, *values):
    with pytest.raises(AppError) as caught:
        call(*values)
    return caught.value.name


def test_a_letter_arrives_as_it_was_written_and_reads_as_nothing_on_the_way(stations, tmp_path):
    hq, prison, _ = stations
    to = meet(hq, prison)
    meet(prison, hq)
    path = write_letter(hq, "health", to, "receipt", {"count": 3, "word": "канарейка"}, tmp_path)
    content = path.read_bytes()
    assert path.name.startswith("IK-01_health_receipt_")
    assert "канарейка".encode() not in content
    assert letter_zone(content) == "health"
    letter = read_letter(prison, path.name, content)
    assert (letter.kind, letter.prison, letter.body) == ("receipt", "HQ", {"count": 3, "word": "канарейка"})


def test_a_letter_is_refused_where_it_was_not_meant_for_or_its_sender_is_unknown(stations, tmp_path):
    hq, prison, other = stations
    path = write_letter(hq, "health", meet(hq, prison), "receipt", {}, tmp_path)
    assert refusal(read_letter, other, path.name, path.read_bytes()) == "letter.for_another"
    assert refusal(read_letter, prison, path.name, path.read_bytes()) == "letter.unknown_sender"


def test_a_letter_that_was_changed_or_signed_by_a_replaced_key_is_refused(stations, tmp_path):
    hq, prison, other = stations
    meet(prison, hq)
    path = write_letter(hq, "health", meet(hq, prison), "receipt", {}, tmp_path)
    outside = json.loads(path.read_bytes())
    for word, value in (("content", outside["content"][:-8] + "AAAAAAA="), ("zone", "training")):
        assert refusal(read_letter, prison, path.name, json.dumps(outside | {word: value}).encode()) == "letter.changed"
    assert (
        refusal(read_letter, prison, path.name, json.dumps(outside | {"format": "depter-letter/2"}).encode()) == "letter.newer"
    )
    assert refusal(read_letter, prison, path.name, b"PK\x03\x04") == "letter.none"
    station_keys.enrol(prison.zone("health"), hq.station.id, "HQ", station_keys.own(other.zone("health")))
    assert refusal(read_letter, prison, path.name, path.read_bytes()) == "letter.changed"


def test_a_station_keeps_its_keys_and_signs_for_each_zone_by_another(stations):
    _, prison, _ = stations
    health, security = prison.zone("health"), prison.zone("security")
    assert station_keys.own(health) == station_keys.own(health) != station_keys.own(security)
    signature = station_keys.sign(health, b"a")
    assert station_keys.is_signed(station_keys.own(health).signer, b"a", signature)
    assert not station_keys.is_signed(station_keys.own(health).signer, b"b", signature)
    assert not station_keys.is_signed(station_keys.own(security).signer, b"a", signature)
    assert not station_keys.is_signed("no key", b"a", signature)


def test_a_prison_relies_on_one_headquarters_and_remembers_the_one_before(stations):
    hq, prison, other = stations
    zone = prison.zone("health")
    first = meet(prison, hq)
    assert station_keys.headquarters(zone) == first
    keys = station_keys.own(other.zone("health"))
    station_keys.enrol(zone, "another", "HQ", keys)
    assert station_keys.headquarters(zone) == station_keys.partner(zone, "another")
    assert [(one.station, bool(one.retired)) for one in station_keys.partners(zone)] == [
        (first.station, True),
        ("another", False),
    ]


def test_the_words_of_a_key_can_be_read_aloud_in_every_language_and_differ_with_the_key():
    words = station_keys.fingerprint(PublicKeys("a", "b"))
    assert words != station_keys.fingerprint(PublicKeys("a", "c"))
    assert all(len(text.split()) == 6 and all(len(word) == 5 for word in text.split()) for text in words.values())
    assert words["en"].isascii()
    assert words["ru"] == words["ky"]
