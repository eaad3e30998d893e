"""Take an update from a stick: nothing starts that those who release the program have not signed, and never without a backup.

The folder holds `manifest.json` and the set-up it names. See docs/decisions/027-windows.md.
"""

import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from desktop import __version__
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from desktop.store.backups import back_up, own_place
from desktop.store.restoring import prove
from desktop.store.sealing import about
from desktop.store.station_keys import is_signed
from desktop.store.vault import Vault

MANIFEST, KEY_FILE = "manifest.json", "release_key.txt"
# A manifest has a few hundred bytes; whatever is longer is none.
LONGEST = 10_000
NAMES = ("version", "day", "file", "sha256")


@dataclass(frozen=True)
class Update:
    """A release as its manifest tells of it: genuine, but its set-up not yet looked at."""

    folder: Path
    version: str
    day: str
    file: str
    sha256: str


def release_key() -> str:
    """Give the public key that signs the releases of this program. Raises AppError where it was built without one."""
    try:
        return (RESOURCES / KEY_FILE).read_text("ascii").strip()
    except FileNotFoundError as error:
        raise AppError("update.no_release_key") from error


def covered(told: dict[str, str]) -> bytes:
    """Give what the signature of a manifest is made over."""
    return about("update", *(told[name] for name in NAMES))


def read_update(folder: Path, key: str, known: str = __version__) -> Update:
    """Read the manifest in *folder*, which must be signed by *key* and newer than *known*. Raises AppError."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes()[:LONGEST])
    except OSError as error:
        raise AppError("update.none", folder=str(folder)) from error
    except ValueError as error:
        raise AppError("update.not_genuine", folder=str(folder)) from error
    if not _is_genuine(told, key):
        raise AppError("update.not_genuine", folder=str(folder))
    found = Update(folder, *(told[name] for name in NAMES))
    if _numbers(found.version) <= _numbers(known):
        raise AppError("update.not_newer", version=found.version, known=known)
    return found


def _is_genuine(told: object, key: str) -> bool:
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in (*NAMES, "signature")):
        return False
    # A release is signed by careful people; still no name may lead out of the folder.
    is_plain = PureWindowsPath(told["file"]).name == told["file"] and ":" not in told["file"]
    return is_plain and is_signed(key, covered(told), told["signature"])


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def start(setup: Path) -> None:
    """Start the set-up as a double click would, beside this program. Raises OSError."""
    if sys.platform == "win32":
        os.startfile(setup)  # noqa: S606 - its sum is signed
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def install(vault: Vault, update: Update, begin: Callable[[Path], object] = start) -> int:
    """Back the station up and prove the backup, then *begin* the set-up; give the number of the backup. Raises AppError.

    The set-up is started from the computer's own disk: what was looked at there cannot be exchanged with the stick.
    """
    setup = _fetched(update)
    place = own_place(vault.folder)
    made = back_up(vault, place, "update")
    if not prove(vault, place).holds:
        raise AppError("update.not_proven")
    try:
        begin(setup)
    except OSError as error:
        raise AppError("update.not_started", file=update.file, cause=error.strerror or type(error).__name__) from error
    return made.number


def _fetched(update: Update) -> Path:
    """Copy the set-up to a folder of this user alone, and look there whether it is the one that was signed."""
    setup = Path(tempfile.mkdtemp(prefix="depter-update-")) / update.file
    try:
        shutil.copy(update.folder / update.file, setup)
        with setup.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AppError("update.not_whole", file=update.file) from error
    if found != update.sha256:
        shutil.rmtree(setup.parent, ignore_errors=True)
        raise AppError("update.not_whole", file=update.file)
    return setup
