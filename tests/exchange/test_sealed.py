"""Sealed hand-offs: only the headquarters they are for reads them, and nobody else reads anything of them on the way."""

import base64
import json

import pytest

from desktop.exchange.handoff import write_handoff
from desktop.exchange.layout import sheets
from desktop.exchange.merge import merge, preview
from desktop.exchange.sealed import (
    is_sealed,
    may_leave,
    must_be_sealed,
    open_source,
    open_workbook,
    seal_workbook,
    workbooks,
)
from desktop.exchange.template import write_template
from desktop.registers.problems import AppError
from desktop.store import people, station_keys
from desktop.store.vault import open_vault
from tests.exchange.steps import MONTH
from tests.meeting import meet

BOOK = b"PK\x03\x04 " + "канарейка".encode() * 1000


@pytest.fixture
def met(prison, headquarters):
    meet(prison, headquarters)
    return station_keys.headquarters(prison.zone("health"))


def refusal(call, *values, **words):
    with pytest.raises(AppError) as caught:
        call(*values, **words)
    return caught.value.name


def test_a_sealed_workbook_comes_back_byte_for_byte_and_reads_as_nothing_on_the_way(met, headquarters):
    content = seal_workbook("health", met, BOOK)
    assert is_sealed(content)
    assert not is_sealed(BOOK)
    outside = json.loads(content)
    assert (outside["format"], outside["zone"], outside["to"]) == ("depter-sealed/1", "health", headquarters.station.id)
    assert "канарейка".encode() not in content + base64.b64decode(outside["content"])
    assert open_workbook(headquarters, "a", content) == BOOK


def test_a_sealed_workbook_is_no_two_times_the_same(met):
    assert seal_workbook("health", met, BOOK) != seal_workbook("health", met, BOOK)


@pytest.mark.parametrize(
    ("word", "value", "name"),
    [
        ("content", "AAAA", "sealed.changed"),
        ("content", "no base64", "sealed.changed"),
        ("key", "AAAA", "sealed.changed"),
        ("zone", "intelligence", "sealed.changed"),
        ("zone", "nowhere", "sealed.changed"),
        ("to", "somebody else", "sealed.for_another"),
        ("format", "depter-sealed/2", "sealed.newer"),
    ],
)
def test_whatever_is_changed_of_a_sealed_workbook_is_said(met, headquarters, word, value, name):
    outside = json.loads(seal_workbook("health", met, BOOK))
    assert refusal(open_workbook, headquarters, "a", json.dumps(outside | {word: value}).encode()) == name


@pytest.mark.parametrize("cut", [40, 200, -1])
def test_half_a_sealed_workbook_is_refused_in_a_sentence(met, headquarters, cut):
    assert refusal(open_workbook, headquarters, "a", seal_workbook("health", met, BOOK)[:cut]) == "sealed.changed"


def test_brackets_without_end_and_lists_are_refused_in_a_sentence(headquarters):
    for content in (b"[" * 100_000, b'{"format": "depter-sealed/1", "a": ' + b"[" * 100_000, b"[]", b"{}", b"\xff"):
        assert refusal(open_workbook, headquarters, "a", content) == "sealed.changed"


def test_the_prison_that_sealed_it_cannot_open_it_and_neither_can_another(met, prison, make_vault):
    content = seal_workbook("health", met, BOOK)
    assert refusal(open_workbook, prison, "a", content) == "sealed.for_another"
    other = make_vault("HQ", "other")
    renamed = json.dumps(json.loads(content) | {"to": other.station.id}).encode()
    assert refusal(open_workbook, other, "a", renamed) == "sealed.changed"


def test_who_holds_no_key_to_the_zone_is_told_whose_work_it_is(met, headquarters, definitions):
    content = seal_workbook("health", met, BOOK)
    people.add(headquarters, people.Newcomer("Усманов Т.", ("headquarters_analyst",), "другой пароль"))
    people.let_in(headquarters, "training", "Усманов Т.", "другой пароль")
    headquarters.close()
    with open_vault(headquarters.folder, definitions, "другой пароль", "Усманов Т.") as vault:
        assert refusal(open_workbook, vault, "a", content) == "sealed.zone_not_yours"


def test_a_zone_that_must_be_sealed_is_refused_until_headquarters_is_enrolled(prison, headquarters, stick):
    sealed = [zone for zone in prison.zones if must_be_sealed(prison.definitions, zone)]
    assert sealed == ["intelligence", "health"]
    for zone in sealed:
        assert not may_leave(prison, zone)
        assert refusal(write_handoff, prison, zone, MONTH, stick) == "sealed.no_receiver"
    assert list(stick.iterdir()) == []
    meet(prison, headquarters)
    assert all(may_leave(prison, zone) for zone in prison.zones)


def test_a_zone_that_must_be_sealed_has_no_template(definitions, stick):
    assert refusal(write_template, definitions, "health", stick / "a.xlsx", prison="IK-01", month=MONTH) == "sealed.template"
    assert list(stick.iterdir()) == []


def test_sealed_and_plain_hand_offs_of_one_folder_are_merged_together(met, prison, headquarters, stick):
    made = [write_handoff(prison, zone, MONTH, stick) for zone in prison.zones]
    assert sorted(one.path.suffixes[-1] for one in made) == [".sealed", ".sealed", ".xlsx", ".xlsx"]
    (stick / "~$a.xlsx").write_bytes(b"")
    (stick / "note.txt").write_bytes(b"")
    found = workbooks([stick])
    assert found == sorted(one.path for one in made)
    plans = preview(headquarters, found)
    assert [plan.refused for plan in plans] == [None] * len(made)
    merge(headquarters, plans)
    assert {plan.check_number for plan in plans} == {one.check_number for one in made}


def test_a_sealed_file_that_does_not_open_is_one_refused_file_among_the_others(met, prison, headquarters, stick):
    made = [write_handoff(prison, zone, MONTH, stick).path for zone in prison.zones]
    broken = next(path for path in made if path.suffix == ".sealed")
    broken.write_bytes(broken.read_bytes()[:-20])
    plans = preview(headquarters, made)
    assert [plan.name for plan in plans if plan.refused is not None] == [broken.name]
    assert broken.name in open_source(headquarters, broken).refused["en"]


def test_a_workbook_too_large_to_be_read_is_never_sealed(met, monkeypatch):
    monkeypatch.setattr("desktop.exchange.sealed.LARGEST_FILE", 1000)
    assert refusal(seal_workbook, "health", met, BOOK) == "sealed.too_large"


def test_a_patient_is_handed_off_as_number_year_of_birth_and_sex_and_by_no_name(definitions):
    health = sheets(definitions, "health")
    patients = next(sheet for sheet in health if sheet.name == "patients")
    assert {"number", "birth_year", "sex"} <= {*patients.names}
    naming = {f.name for table in definitions.registers["patients"].tables for f in table.fields if f.identifies}
    assert len(naming) > 3
    assert not naming & {name for sheet in health for name in sheet.names}
