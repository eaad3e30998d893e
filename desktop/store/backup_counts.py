"""What a station counts about its backups: their number, the log-ins since one was made outside, and what must be kept.

It lies in the clear beside the files, for an administrator has no zone to keep it in. Losing it costs a reminder only.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store.files import alone, write_whole

FILE = "backups.json"

# Log-ins without a copy outside this computer, after which somebody must be told.
SESSIONS = 7


@dataclass(frozen=True)
class Counts:
    """The last *number* given, the log-ins since the last copy outside, its *place*, and the backup to keep all up to."""

    number: int = 0
    sessions: int = 0
    place: str = ""
    keep_up_to: int = 0

    @property
    def is_due(self) -> bool:
        """Tell whether the reminder is to be shown."""
        return self.sessions >= SESSIONS

    @property
    def reminder(self) -> Label:
        """Word the reminder."""
        return message("backup.reminder", n=self.sessions)


def counts(folder: Path) -> Counts:
    """Read what the station in *folder* counted; what cannot be read begins anew."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        return Counts(int(found["number"]), int(found["sessions"]), str(found["place"]), int(found["keep_up_to"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Counts()


def begin_session(folder: Path) -> Counts:
    """Count a log-in. Raises AppError."""
    with alone(folder, FILE):
        found = counts(folder)
        return _write(folder, replace(found, sessions=found.sessions + 1))


def take_number(folder: Path, taken: int) -> int:
    """Take the next number for a backup, where the highest that lies about is *taken*. Raises AppError."""
    with alone(folder, FILE):
        found = counts(folder)
        return _write(folder, replace(found, number=max(found.number, taken) + 1)).number


def note_outside(folder: Path, place: str) -> None:
    """Note that a backup was made outside this computer, at *place*. Raises AppError."""
    with alone(folder, FILE):
        _write(folder, replace(counts(folder), sessions=0, place=place))


def keep_up_to(folder: Path, number: int) -> None:
    """Keep every backup up to *number*, of which something was lost since, until a person says otherwise with 0."""
    with alone(folder, FILE):
        found = counts(folder)
        if not found.keep_up_to or not number:
            _write(folder, replace(found, keep_up_to=number))


def _write(folder: Path, found: Counts) -> Counts:
    try:
        write_whole(folder / FILE, json.dumps(asdict(found), ensure_ascii=False))
    except OSError as error:
        raise AppError("backup.not_made", cause=error.strerror or str(error)) from error
    return found
