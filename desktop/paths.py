"""Where the station of this computer lies: outside the program's own folder, on a disk of the computer itself."""

import os
import subprocess
import sys
from pathlib import Path, PurePath

from desktop.registers.problems import AppError

# What GetDriveTypeW says of a drive (Microsoft, fileapi.h).
REMOVABLE, REMOTE, OPTICAL = 2, 4, 5
REFUSED = {REMOVABLE: "installing.removable", OPTICAL: "installing.removable", REMOTE: "installing.network"}
# Folders that a service copies to the internet begin so.
SYNCED = ("OneDrive", "Dropbox", "Google Drive", "GoogleDrive", "YandexDisk", "Yandex.Disk", "Яндекс.Диск", "iCloudDrive",
          "Облако Mail", "Cloud Mail")  # fmt: skip
SYNCED_BY_SYSTEM = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
# All users of the computer, whatever the language of its Windows names them.
USERS = "*S-1-5-32-545"


def station_folder() -> Path:
    """Give the folder of this computer's station: one for all its Windows users."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Depter" / "station"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "depter" / "station"


def check_place(folder: Path) -> None:
    """Refuse a folder that can be pulled out, cut off, or copied to the internet. Raises AppError."""
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - Path.resolve would turn a mapped drive into its server
    if service := synced_by(path, [os.environ.get(name, "") for name in SYNCED_BY_SYSTEM]):
        raise AppError("installing.synced", folder=str(folder), service=service)
    if refused := REFUSED.get(_drive_type(path)):
        raise AppError(refused, folder=str(folder))


def synced_by(path: PurePath, roots: list[str]) -> str:
    """Name the service that copies *path* to the internet, by the folders above it; *roots* are those the system names."""
    if any(root and path.is_relative_to(root) for root in roots):
        return SYNCED[0]
    parts = [part.casefold() for part in path.parts]
    return next((name for name in SYNCED if any(part.startswith(name.casefold()) for part in parts)), "")


def _drive_type(path: PurePath) -> int:
    if sys.platform == "win32":
        if path.drive.startswith("\\\\"):
            return REMOTE
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\"))
    return 0


def make_shared(folder: Path) -> None:
    """Make the folder of the station, and let all users of this Windows work in it. Raises AppError.

    Without that only the Windows user who came first could write there; what lies in it is encrypted.
    """
    if sys.platform == "win32" and not folder.exists():
        try:
            folder.mkdir(parents=True)
            command = ["icacls", str(folder.parent), "/grant", f"{USERS}:(OI)(CI)M", "/T", "/Q"]
            subprocess.run(command, check=True, capture_output=True, creationflags=subprocess.CREATE_NO_WINDOW)  # noqa: S603
        except (OSError, subprocess.CalledProcessError) as error:
            raise AppError("installing.not_shared", folder=str(folder)) from error
