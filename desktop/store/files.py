"""Files put on the disk whole or not at all, so that a power cut leaves the old one or the new one."""

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from desktop.registers.problems import AppError

# Seconds to wait for another program that is at the same files.
PATIENCE = 10


def write_whole(path: Path, content: str, *, keep: bool = False) -> None:
    """Write *content* to *path* in one step; *keep* leaves what was there as `….before`. Raises OSError."""
    part = path.with_name(path.name + ".part")
    _write_and_read_back(part, content)
    if keep and path.exists():
        # A copy, so that *path* is there at every moment.
        copy = path.with_name(path.name + ".before.part")
        _write_and_read_back(copy, path.read_text("utf-8"))
        copy.replace(path.with_name(path.name + ".before"))
    replace(part, path)


def sum_up(content: Mapping[str, Any]) -> str:
    """Sum up what a JSON file says, so that a flipped bit in it is found."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _write_and_read_back(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.read_text("utf-8") != content:
        raise OSError(f"{path.name} was not written as it should be")


def replace(new: Path, path: Path) -> None:
    """Put the file *new*, whose content lies safe on the disk, in the place of *path*. Raises OSError."""
    flush_folder(path.parent)
    new.replace(path)
    flush_folder(path.parent)


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Keep other programs from changing *what* lies in *folder* meanwhile, waiting for one that does. Raises AppError.

    The system lets go where a program dies, so the file that carries the lock may stay for ever.
    """
    try:
        file = (folder / f"{what}.lock").open("ab")
    except OSError as error:
        raise AppError("store.not_saved", cause=error.strerror or str(error)) from error
    with file:
        ends = time.monotonic() + PATIENCE
        while not _locks(file):
            if time.monotonic() > ends:
                raise AppError("store.in_use", file=what)
            time.sleep(0.01)
        yield


def _locks(file: IO[bytes]) -> bool:
    """Try to lock *file* until it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def journal(path: Path) -> Path:
    """Name the journal that SQLite keeps beside the file at *path*."""
    return path.with_name(path.name + "-journal")


def make_folder(folder: Path) -> None:
    """Make *folder* and what is missing above it, with names that lie on the disk. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)


def flush(path: Path) -> None:
    """Wait until what was written to *path* lies on the disk. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in *folder* lie on the disk. Raises OSError."""
    if sys.platform == "win32":
        return  # NTFS journals names by itself, and gives no handle to a folder
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
