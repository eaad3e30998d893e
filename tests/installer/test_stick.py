"""An update from a stick starts only when it is genuine, newer and whole, and after a backup that was proven."""

import json

import pytest

from desktop.cli import run
from desktop.registers.problems import AppError
from desktop.store.backups import backups, own_place
from desktop.store.updates import install, read_update
from installer.stick import new_key, sign
from tests.conftest import PASSWORD

PHRASE = "a phrase of releases"
DAY = "2026-12-01"


@pytest.fixture
def key(tmp_path):
    new_key(tmp_path / "key.pem", PHRASE, tmp_path / "public.txt")
    return (tmp_path / "public.txt").read_text().strip()


@pytest.fixture
def make_stick(tmp_path, key):
    """Make the stick of a version."""

    def make(version="99.1"):
        setup = tmp_path / f"Depter-{version}-setup.exe"
        setup.write_text(f"the set-up of {version}")
        return sign(tmp_path / "key.pem", PHRASE, setup, tmp_path / "stick", DAY).parent

    return make


def failure(work, *words):
    with pytest.raises(AppError) as caught:
        work(*words)
    return caught.value.name


def test_a_genuine_newer_update_is_started_after_a_proven_backup(key, make_stick, vault):
    stick = make_stick()
    update = read_update(stick, key)
    assert (update.version, update.day) == ("99.1", DAY)
    made, started = [], []

    def begin(setup):
        made.extend(backups(own_place(vault.folder)))
        started.append((setup.read_text(), setup.is_relative_to(stick)))

    number = install(vault, update, begin)
    assert [(one.number, one.why) for one in made] == [(number, "update")]
    assert started == [("the set-up of 99.1", False)], "the copy on the computer's own disk is started"


def test_a_set_up_that_cannot_be_started_leaves_the_backup_and_says_so(key, make_stick, vault):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    assert failure(install, vault, read_update(make_stick(), key), refuse) == "update.not_started"
    assert len(list(backups(own_place(vault.folder)))) == 1


@pytest.mark.parametrize("name", ["version", "day", "file", "sha256", "signature"])
def test_whatever_is_changed_in_the_manifest_it_is_refused(key, make_stick, name):
    manifest = make_stick() / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {name: "99.2"}))
    assert failure(read_update, manifest.parent, key) == "update.not_genuine"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}', "\x00", "x" * 20_000])
def test_what_is_no_manifest_is_refused(tmp_path, key, content):
    (tmp_path / "manifest.json").write_text(content)
    assert failure(read_update, tmp_path, key) == "update.not_genuine"


def test_an_update_of_somebody_else_is_refused(tmp_path, make_stick):
    new_key(tmp_path / "other.pem", PHRASE, tmp_path / "other.txt")
    assert failure(read_update, make_stick(), (tmp_path / "other.txt").read_text().strip()) == "update.not_genuine"


@pytest.mark.parametrize(
    ("known", "refused"), [("99.1", True), ("99.1.0", True), ("100.0", True), ("99.1.0.0", True), ("99.0.9", False)]
)
def test_only_a_newer_version_is_taken(key, make_stick, known, refused):
    stick = make_stick()
    if refused:
        assert failure(read_update, stick, key, known) == "update.not_newer"
    else:
        assert read_update(stick, key, known).version == "99.1"


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(path.read_bytes() + b"\n"), lambda path: path.unlink()])
def test_a_set_up_that_is_not_whole_is_not_started(key, make_stick, vault, spoil):
    update = read_update(make_stick(), key)
    spoil(update.folder / update.file)
    started = []
    assert failure(install, vault, update, started.append) == "update.not_whole"
    assert not started
    assert not list(backups(own_place(vault.folder)))


def test_the_command_looks_only_where_it_was_asked_to(tmp_path, key, make_stick, vault, monkeypatch, capsys):
    (tmp_path / "release_key.txt").write_text(key)
    (tmp_path / "password.txt").write_text(PASSWORD, "utf-8")
    monkeypatch.setattr("desktop.store.updates.RESOURCES", tmp_path)
    words = ["update", str(vault.folder), "--password-file", str(tmp_path / "password.txt"), "--from", str(make_stick())]
    vault.close()
    assert run([*words, "--preview", "--language", "en"]) == 0
    assert "genuine, and newer" in capsys.readouterr().out
    assert not list(backups(own_place(vault.folder)))


def test_a_program_without_the_key_of_its_releases_takes_no_update(tmp_path, make_stick, vault, monkeypatch, capsys):
    (tmp_path / "password.txt").write_text(PASSWORD, "utf-8")
    monkeypatch.setattr("desktop.store.updates.RESOURCES", tmp_path / "nowhere")
    vault.close()
    words = ["update", str(vault.folder), "--password-file", str(tmp_path / "password.txt"), "--from", str(make_stick())]
    assert run([*words, "--language", "en"]) != 0
    assert "without the key" in capsys.readouterr().err
