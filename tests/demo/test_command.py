"""`depter demo`, as it is typed: once whole, by the program itself, and once small for what it prints for people."""

import json
import os
import re
import shlex
import subprocess
import sys
from functools import partial

from desktop.cli import run
from desktop.demo.run import PASSWORD, demonstrate
from desktop.store.vault import open_vault

PRISONS = 33


def test_the_whole_demonstration_gives_every_published_figure(tmp_path, known):
    folder = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "demo", str(folder), "--json"], capture_output=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert [figure for figure in found["figures"] if not figure["agrees"]] == []
    assert {figure["recomputed"] for figure in found["figures"]} == {
        "12", "26", "38", "3.254", "130", "123", "7", "150", "2", "40",
    }  # fmt: skip
    assert (found["rejected"], found["refused"]) == (0, 0)
    assert found["records"] > 9000
    assert found["hand_offs"] == len(list((folder / "hand-offs").glob("*.xlsx*"))) > 1000
    stations = {path.parent.name for path in folder.glob("*/station.json")}
    assert len(stations) == PRISONS + 1
    assert stations == set(known.codes["prisons"].codes)
    with open_vault(folder / "HQ", known, PASSWORD) as vault:
        prisons = {item.record["prison"] for item in vault.records("prison_months").all()}
    assert prisons == stations - {"HQ"}


def test_without_a_display_it_says_how_to_look_at_what_it_made(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("desktop.demo.run.demonstrate", partial(demonstrate, prisons=1, share=0.02))
    assert run(["demo", str(tmp_path / "demo"), "--language", "en"]) == 0
    out, err = capsys.readouterr()
    assert (out.count("✔"), out.count("✖"), err) == (10, 0, "")
    assert "Headquarters merges 156 workbooks" in out
    command = re.search(r"Without a display: (.*)", out)[1]
    (tmp_path / "password").write_text(PASSWORD)
    said = subprocess.run(
        [*shlex.split(command), "--language", "en", "--password-file", str(tmp_path / "password")],
        capture_output=True, check=False, env=os.environ, timeout=120,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr.decode()
    assert re.search(r"^Total\s+3\.254 kg", said.stdout.decode(), re.MULTILINE)
