"""The self-test passes where everything works, and names what does not."""

import json

import pytest

from desktop import selftest
from desktop.cli import run
from desktop.registers.problems import AppError


def test_a_sound_program_passes_and_leaves_nothing_behind(capsys, tmp_path, monkeypatch, qapp):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run(["self-test", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in said["trials"] if one["failure"]] == []
    assert said["works"]
    assert said["program"]
    assert {one["name"] for one in said["trials"]} >= {"records", "hand_offs", "merge", "windows", "printing"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (AppError("cli.no_display"), "There is no display"),
        (selftest.TrialError("no letters"), "no letters"),
        (KeyError("x"), "KeyError"),
    ],
)
def test_a_trial_that_fails_is_named_and_the_others_still_run(monkeypatch, capsys, error, told):
    def broken(_):
        raise error

    monkeypatch.setattr(selftest, "TRIALS", (broken, selftest.words))
    assert run(["--language", "en", "self-test"]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("✖ broken: ")
    assert told in first
    assert second.startswith("✔ words")
    assert "Not everything works" in last
