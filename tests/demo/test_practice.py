"""Practice is invented, known to be so by everybody it is sent to, and thrown away without touching what is real."""

import pytest

from desktop.demo import practice
from desktop.exchange.enrolment import offers, read_keys, write_keys
from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.registers.declarations import load
from desktop.registers.lesson import Situation, steps
from desktop.registers.problems import AppError
from desktop.store.keyring import FILE, PRACTICE_PASSWORD, read_station
from desktop.store.vault import create_vault, open_vault

DEFINITIONS = load()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = practice.folder_of(tmp_path_factory.mktemp("real") / "station")
    practice.begin(folder, DEFINITIONS, "ru")
    return folder


@pytest.fixture(scope="module")
def opened(made):
    with open_vault(made, DEFINITIONS, PRACTICE_PASSWORD) as vault:
        yield vault


def headquarters(folder):
    return create_vault(folder, DEFINITIONS, prison="HQ", person="Центр", password="x", profile="cheapest")


def test_every_register_has_invented_records_and_an_example(opened, made):
    for register in opened.registers:
        assert opened.records(register.name).count(), register.name
        assert practice.example(made, register.name)[0], register.name


def test_a_lesson_ends_with_a_ready_record_in_every_register(opened, made):
    for register in opened.registers:
        records = opened.records(register.name)
        example = practice.example(made, register.name)
        record, lines = typed(records, register, example)
        saved = records.save(record, lines, ready=True)
        assert saved.record.get("state") == "READY", (register.name, [p.text["en"] for p in saved.judgement.problems])


def typed(records, register, example):
    """Do step by step what the lesson says, where it has a value."""
    record, lines = records.blank(), {}
    begun = dict(record)
    for _ in range(200):
        judged = records.judge(record, lines)
        not_asked = set(judged.not_asked)
        not_asked |= {f"{name}/{place}/{f}" for (name, place), names in judged.lines_not_asked.items() for f in names}
        walked = steps(register, example, Situation(record, lines, (), not_asked, judged.problems, begun))
        step = next((one for one, is_done in walked if not is_done and (one.field is None or one.value is not None)), None)
        if step is None:
            return {**record, "reasons": example[0].get("reasons")}, lines
        if step.field is None:
            lines.setdefault(step.lines.name, []).append({})
        else:
            row = lines[step.lines.name][step.line] if step.lines else record
            assert row.get(step.field.name) != step.value, f"{register.name}: {step.field.name} is asked for ever"
            row[step.field.name] = step.value
    raise AssertionError(f"{register.name}: the lesson has no end")


def test_headquarters_refuses_a_hand_off_of_practice_by_name(opened, tmp_path):
    month = practice.month_after(str(opened.zone("security").today)[:7], -1)
    made = write_handoff(opened, "security", month, tmp_path)
    assert made.path.name.startswith("practice-")
    with headquarters(tmp_path / "HQ") as vault:
        [plan] = preview(vault, [made.path])
        assert "учебном режиме" in plan.refused["ru"]
        assert merge(vault, [plan])[0].accepted == 0
        assert not any(vault.records(register.name).count() for register in vault.registers)


def test_keys_of_practice_are_not_taken_over(opened, tmp_path):
    with headquarters(tmp_path / "HQ") as vault:
        with pytest.raises(AppError) as refused:
            offers(vault, read_keys(write_keys(opened, tmp_path)))
        assert refused.value.name == "practice.keys"
        with pytest.raises(AppError) as refused:
            offers(opened, read_keys(write_keys(vault, tmp_path)))
        assert refused.value.name == "practice.keys"


def test_the_mark_of_practice_cannot_be_taken_off_the_station(made, tmp_path):
    import json
    import shutil

    from desktop.store.files import sum_up

    copy = shutil.copytree(made, tmp_path / "copy")
    ring = json.loads((copy / FILE).read_text("utf-8"))
    ring.pop("check")
    ring["station"]["id"] = ring["station"]["id"].removeprefix("practice-")
    (copy / FILE).write_text(json.dumps(ring | {"check": sum_up(ring)}), "utf-8")
    with pytest.raises(AppError):
        open_vault(copy, DEFINITIONS, PRACTICE_PASSWORD)


def test_a_real_station_is_never_thrown_away_as_practice(tmp_path):
    folder = tmp_path / "station"
    create_vault(folder, DEFINITIONS, prison="IK-08", person="Асанов", password="x", profile="cheapest").close()
    with pytest.raises(AppError) as refused:
        practice.begin_anew(folder, DEFINITIONS, "ru")
    assert refused.value.name == "practice.not_practice"
    assert not read_station(folder).is_practice
    with open_vault(folder, DEFINITIONS, "x") as vault:
        assert vault.zones
