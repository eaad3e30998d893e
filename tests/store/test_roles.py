import pytest

from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES
from desktop.store.roles import ACTIONS, at_station, may, may_open, roles_of
from tests.sample import write_sample

ROLE = """[[role]]
name = "duty_officer"
at = ["prison"]
zones = ["training"]
actions = ["write"]
label = { en = "Duty officer", ru = "Дежурный", ky = "?Нөөмөтчү" }
purpose = { en = "On duty.", ru = "Дежурит.", ky = "?Нөөмөттө." }
"""


def read(folder, text):
    write_sample(folder)
    (folder / "roles.toml").write_text(text, "utf-8")
    return roles_of(load(RESOURCES, folder))


def test_every_role_says_in_every_language_what_it_is_and_what_it_is_for(definitions):
    roles = roles_of(definitions)
    assert len(roles) == 8
    for role in roles.values():
        assert all(role.label[language] and role.purpose[language] for language in LANGUAGES)
        assert role.at
        assert role.actions


def test_at_both_kinds_of_station_every_zone_has_a_role_that_opens_and_one_that_writes_it(definitions):
    roles = roles_of(definitions)
    for headquarters in (False, True):
        names = [role.name for role in at_station(roles, headquarters=headquarters)]
        assert all(may_open(roles, names, zone) and may(roles, names, "write", zone) for zone in definitions.zones)
        assert all(may(roles, names, action) for action in ("users", "backup", "tables"))


def test_health_is_opened_by_health_staff_alone_and_nothing_by_administrators(definitions):
    roles = roles_of(definitions)
    assert {role.name for role in roles.values() if "health" in role.zones} == {"prison_medic", "headquarters_health_officer"}
    assert all(not role.zones for role in roles.values() if "users" in role.actions)
    assert all(len(role.zones) == 1 for role in roles.values() if "health" in role.zones)


def test_an_unknown_role_allows_nothing(definitions):
    roles = roles_of(definitions)
    assert not any(may(roles, ["from_a_newer_program"], action, "health") for action in ACTIONS)
    assert not may_open(roles, ["from_a_newer_program"], "health")


def test_a_service_adds_a_role_by_a_file(tmp_path):
    roles = read(tmp_path, ROLE)
    assert may(roles, ["duty_officer"], "write", "training")
    assert not may(roles, ["duty_officer"], "write", "security")
    assert "administrator" in roles


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        (('"training"', '"traning"'), "roles.toml: role duty_officer: zones names 'traning'"),
        (('"write"', '"wirte"'), "roles.toml: role duty_officer: actions names 'wirte'"),
        (('"prison"', '"jail"'), "roles.toml: role duty_officer: at names 'jail'"),
        (("purpose", "purpos"), "unknown word 'purpos', did you mean 'purpose'"),
        ((', ky = "?Нөөмөтчү"', ""), "'label' has no words for 'ky'"),
        (('"duty_officer"', '"administrator"'), "declared twice"),
        (('"duty_officer"', '"Duty officer"'), "must be lower-case"),
    ],
)
def test_a_mistyped_role_is_refused_with_its_file_and_slip(tmp_path, slip, told):
    with pytest.raises(DeclarationError) as refused:
        read(tmp_path, ROLE.replace(*slip))
    assert told in str(refused.value)
