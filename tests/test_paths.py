"""A station lies on the computer's own disk, and nowhere that copies it away."""

from pathlib import Path, PureWindowsPath

import pytest

from desktop import paths
from desktop.cli import run
from desktop.registers.problems import AppError


@pytest.mark.parametrize(
    ("path", "roots", "service"),
    [
        (r"C:\Users\Asanov\OneDrive\station", [], "OneDrive"),
        (r"C:\Users\Asanov\OneDrive - GSIN\station", [], "OneDrive"),
        (r"D:\dropbox\station", [], "Dropbox"),
        (r"C:\Users\Asanov\YandexDisk\x", [], "YandexDisk"),
        (r"C:\Users\Asanov\Documents\x", [r"C:\Users\Asanov\Documents"], "OneDrive"),
        (r"C:\ProgramData\Depter\station", ["", r"C:\Users\Asanov\OneDrive"], ""),
    ],
)
def test_a_folder_that_a_service_copies_away_is_known_by_what_lies_above_it(path, roots, service):
    assert paths.synced_by(PureWindowsPath(path), roots) == service


@pytest.mark.parametrize(
    ("drive", "name"),
    [(2, "installing.removable"), (5, "installing.removable"), (4, "installing.network"), (3, None), (0, None)],
)
def test_a_station_on_a_stick_or_in_the_network_is_refused_in_words(monkeypatch, drive, name):
    monkeypatch.setattr(paths, "_drive_type", lambda _: drive)
    if name is None:
        paths.check_place(Path("station"))
        return
    with pytest.raises(AppError) as refused:
        paths.check_place(Path("station"))
    assert refused.value.name == name


def test_no_station_is_made_where_it_would_be_copied_to_the_internet(tmp_path, capsys):
    secret = tmp_path / "password.txt"
    secret.write_text("пароль", "utf-8")
    folder = tmp_path / "Dropbox" / "station"
    assert run(["--language", "ru", "new", str(folder), "--prison", "IK-01", "--password-file", str(secret)]) == 1
    assert "копирует в интернет Dropbox" in capsys.readouterr().err
    assert not folder.exists()
