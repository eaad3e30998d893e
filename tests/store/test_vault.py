import json

import pytest

from desktop.registers.declarations import load
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from desktop.store.keyring import PROFILES, read_station
from desktop.store.vault import open_vault
from tests.conftest import PASSWORD
from tests.sample import GATE_LOG, load_line, passage, write_sample

CANARY = "Канарейкин"


def test_a_vault_opens_again_with_its_password_only(vault, definitions):
    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    vault.close()
    for wrong in ("Пароль", "пароль ", "gfhjkm"):
        with pytest.raises(AppError, match="Wrong password"):
            open_vault(vault.folder, definitions, wrong)
    with open_vault(vault.folder, definitions, PASSWORD) as again:
        assert again.records("gate_log").count() == 1
        assert again.keys.person == "Бекова Г."


def test_a_password_is_the_same_however_its_letters_are_composed(make_vault, definitions):
    made = make_vault(password="й\u0439")
    made.close()
    open_vault(made.folder, definitions, "и\u0306й").close()


def test_nothing_in_the_folder_can_be_read_without_the_key(vault):
    vault.records("gate_log").save(passage(driver=CANARY), {"loads": [load_line(cargo=CANARY)]}, ready=True)
    vault.records("gate_log").keep_form("", {"driver": CANARY})
    vault.close()
    for path in vault.folder.iterdir():
        content = path.read_bytes()
        assert CANARY.encode() not in content
        assert CANARY.encode("utf-16-le") not in content


def test_each_zone_is_a_file_with_a_key_of_its_own(vault):
    assert {path.stem for path in vault.folder.glob("*.depter")} == set(vault.zones)
    assert len(set(vault.keys.zones.values())) == len(vault.zones) == 4


def test_a_missing_file_is_never_replaced_by_a_new_one(vault, definitions):
    vault.close()
    (vault.folder / "health.depter").unlink()
    with open_vault(vault.folder, definitions, PASSWORD) as again, pytest.raises(AppError, match="not there"):
        again.zone("health")
    assert not (vault.folder / "health.depter").exists()


def test_a_damaged_file_is_left_as_it_is(vault, definitions):
    vault.close()
    path = vault.folder / "health.depter"
    path.write_bytes(damaged := path.read_bytes()[::-1])
    with open_vault(vault.folder, definitions, PASSWORD) as again, pytest.raises(AppError, match="may be damaged"):
        again.zone("health")
    assert path.read_bytes() == damaged


def test_a_second_program_is_told_that_the_file_is_open(vault, definitions):
    vault.zone("security")
    with open_vault(vault.folder, definitions, PASSWORD) as second, pytest.raises(AppError, match="already open"):
        second.zone("security")


def test_a_station_is_not_made_over_another(vault, make_vault):
    with pytest.raises(AppError, match="already is a station"):
        make_vault("IK-01")


def test_the_files_keep_to_the_settings_that_survive_a_power_cut(vault):
    connection = vault.zone("security").connection
    wanted = {
        "journal_mode": "truncate", "synchronous": 3, "locking_mode": "exclusive", "recursive_triggers": 1,
        "secure_delete": 1, "temp_store": 2, "trusted_schema": 0, "cell_size_check": 1, "foreign_keys": 1,
    }  # fmt: skip
    assert {name: connection.execute(f"pragma {name}").fetchone()[0] for name in wanted} == wanted


def test_every_table_is_strict(vault):
    for zone in vault.zones:
        tables = vault.zone(zone).select("select name, strict from pragma_table_list where type = 'table' and schema = 'main'")
        loose = {row["name"] for row in tables if not row["strict"] and not row["name"].startswith(("sqlite_", "_sqlite"))}
        assert {name for name in loose if "_words" not in name} == set()


def test_a_new_field_becomes_a_column_and_keeps_every_row(make_vault, reopen, tmp_path):
    own = write_sample(tmp_path / "own")
    vault = make_vault(own=load(RESOURCES, own))
    saved = vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    field = '[[field]]\nname = "plate"\nkind = "text"\nsection = "passage"\nlabel = { en = "Plate", ru = "Номер", ky = "Номер" }\n[[rule]]'
    line = '[[lines.field]]\nname = "seal"\nkind = "integer"\nlabel = { en = "Seal", ru = "Пломба", ky = "Пломба" }\n[[lines.field]]'
    changed = GATE_LOG.replace("[[rule]]", field, 1).replace("[[lines.field]]", line, 1)
    definitions = load(RESOURCES, write_sample(tmp_path / "own", changed))
    records = reopen(vault, definitions).records("gate_log")
    record, lines = records.read(saved.record["uid"])
    assert (record["driver"], record["plate"], lines["loads"][0]["seal"]) == ("Асанов Болот", None, None)
    assert records.save(record | {"plate": "01KG123"}, lines, ready=True).record["plate"] == "01KG123"
    assert (vault.folder / "security.before").exists()


def test_an_older_program_refuses_a_newer_file_and_leaves_it(vault, definitions):
    vault.zone("security").connection.execute("pragma user_version = 99")
    vault.close()
    with open_vault(vault.folder, definitions, PASSWORD) as again, pytest.raises(AppError, match="newer Depter"):
        again.zone("security")


def test_key_derivation_costs_are_data(vault):
    keyring = json.loads((vault.folder / "station.json").read_text("utf-8"))
    assert keyring["people"][0]["profile"] == {"memory": 64, "passes": 1, "lanes": 1}
    assert PROFILES["standard"].memory >= 64 * 1024
    assert read_station(vault.folder).prison == "IK-01"
