"""A hand-off that is locked with a password travels as any other, and its password is all that headquarters needs for it."""

import pytest

from desktop.exchange.merge import merge, preview
from desktop.exchange.protection import is_protected
from desktop.registers.problems import AppError
from tests.exchange.steps import enter, hand_off
from tests.meeting import meet

LOCK = "ёлка под снегом №7"


@pytest.fixture
def locked(prison, stick):
    enter(prison)
    return hand_off(prison, stick, lock=LOCK)


def test_a_locked_hand_off_is_merged_with_its_password_like_one_without(locked, headquarters):
    assert locked.is_locked
    assert is_protected(locked.path.read_bytes())
    plans = preview(headquarters, [locked.path], LOCK)
    (merged,) = merge(headquarters, plans)
    assert (merged.accepted, merged.refused, plans[0].check_number) == (2, None, locked.check_number)
    assert headquarters.records("gate_log").count() == 1


@pytest.mark.parametrize("password", ["", "ёлка под снегом №8"])
def test_without_its_password_a_file_waits_and_the_others_are_read(password, locked, headquarters, make_vault, stick):
    other = make_vault("IK-03")
    enter(other)
    open_ = hand_off(other, stick)
    plans = {plan.name: plan for plan in preview(headquarters, [locked.path, open_.path], password)}
    waits, read = plans[locked.path.name], plans[open_.path.name]
    assert waits.is_locked
    assert "парол" in waits.refused["ru"]
    assert (read.is_locked, read.refused, read.accepted) == (False, None, 2)


def test_the_signature_lies_inside_the_lock(locked, prison, headquarters):
    meet(prison, headquarters)
    (plan,) = preview(headquarters, [locked.path], LOCK)
    assert plan.signature.state == "same"


def test_what_was_changed_under_the_lock_needs_no_password_but_another_file(locked, headquarters):
    content = bytearray(locked.path.read_bytes())
    content[-600] ^= 1
    locked.path.write_bytes(content)
    (plan,) = preview(headquarters, [locked.path], LOCK)
    assert plan.refused
    assert not plan.is_locked


def test_what_is_sealed_needs_no_password_and_gets_none(prison, headquarters, stick):
    from desktop.exchange.handoff import write_handoff

    meet(prison, headquarters)
    made = write_handoff(prison, "health", "2013-03", stick, lock=LOCK)
    assert not made.is_locked
    (plan,) = preview(headquarters, [made.path])
    assert plan.refused is None


def test_a_short_password_writes_nothing_of_any_zone(prison, headquarters, stick):
    from desktop.exchange.handoff import write_handoff

    meet(prison, headquarters)
    for zone in ("security", "health"):
        with pytest.raises(AppError) as caught:
            write_handoff(prison, zone, "2013-03", stick, lock="коротко")
        assert caught.value.name == "protection.too_short"
        assert prison.zone(zone).last_sent() is None
    assert list(stick.iterdir()) == []
