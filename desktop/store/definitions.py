"""The definitions a station has of its own: a folder that is replaced whole when a pack comes, so that it is old or new.

A new folder is written beside and synced, then two renames put it in the old one's place. A power cut between them is
found when the definitions are next loaded.
"""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from desktop.registers.declarations import Definitions, load
from desktop.registers.packs import Pack, foresee, installed, is_whole, lay_out, pack_of
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from desktop.store.files import alone, flush_folder, write_whole
from desktop.store.vault import DEFINITIONS

NEW, BEFORE = f"{DEFINITIONS}.new", f"{DEFINITIONS}.before"
DRAFT = f"{DEFINITIONS}.draft"


def load_station(folder: Path | None, base: Sequence[Path] = (RESOURCES,)) -> Definitions:
    """Load the definitions of *base*, and those of the station in *folder*. Raises DeclarationError, AppError."""
    if folder is None:
        return load(*base)
    settle(folder)
    own = folder / DEFINITIONS
    return load(*base, own) if own.is_dir() else load(*base)


def base_of(definitions: Definitions, folder: Path) -> tuple[Path, ...]:
    """Give the folders that *definitions* came from besides the station's own in *folder*."""
    return tuple(one for one in definitions.folders if one != folder / DEFINITIONS)


def applied(folder: Path) -> Pack:
    """Give the pack that the station in *folder* works with."""
    return installed(folder / DEFINITIONS)


def install(folder: Path, base: Sequence[Path], pack: Pack) -> Definitions:
    """Let the station in *folder* work with *pack* from now on, and give its definitions.

    Raises AppError, with the old definitions left, where the pack is not newer or not valid, or could not be written.
    """
    settle(folder)
    with alone(folder, DEFINITIONS):
        check_newer(pack, applied(folder))
        foresee(pack, base, folder / DEFINITIONS)
        try:
            _write(folder, pack)
            _swap(folder)
        except OSError as error:
            raise AppError("packs.not_written", cause=error.strerror or "") from error
    return load_station(folder, base)


def check_newer(pack: Pack, known: Pack) -> None:
    """Refuse a *pack* that is no newer than the *known* one. Raises AppError."""
    if pack.number < known.number:
        raise AppError("packs.older", number=pack.number, known=known.number)
    if pack.number == known.number:
        name = "packs.already" if dict(pack.files) == dict(known.files) else "packs.another"
        raise AppError(name, number=pack.number)


def _write(folder: Path, pack: Pack) -> None:
    new = folder / NEW
    shutil.rmtree(new, ignore_errors=True)
    for path in lay_out(pack, folder / DEFINITIONS, new):
        if path.is_dir():
            flush_folder(path)
        else:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    flush_folder(new)
    flush_folder(folder)


def _swap(folder: Path) -> None:
    own, before = folder / DEFINITIONS, folder / BEFORE
    if own.exists():
        shutil.rmtree(before, ignore_errors=True)
        own.rename(before)
        flush_folder(folder)
    (folder / NEW).rename(own)
    flush_folder(folder)


def settle(folder: Path) -> None:
    """Finish a change of the definitions that a power cut broke off: by the new ones where they are whole. Raises AppError."""
    if not (folder / NEW).exists():
        return
    with alone(folder, DEFINITIONS):
        own, new, before = (folder / name for name in (DEFINITIONS, NEW, BEFORE))
        try:
            if not own.exists() and is_whole(new):
                new.rename(own)
            elif not own.exists() and before.exists():
                before.rename(own)
            flush_folder(folder)
            shutil.rmtree(new, ignore_errors=True)
        except OSError as error:
            raise AppError("packs.not_settled", cause=error.strerror or "") from error


# What headquarters is at


def draft(folder: Path) -> Pack:
    """Give the pack that headquarters is writing, or the applied one where nothing was changed since."""
    known = applied(folder)
    try:
        found = pack_of(json.loads((folder / DRAFT).read_text("utf-8")))
    except (OSError, ValueError, AttributeError, AppError):
        return known
    return found if found.number > known.number else known


def keep_draft(folder: Path, pack: Pack) -> None:
    """Keep what headquarters is writing until it is applied. Raises AppError."""
    try:
        write_whole(folder / DRAFT, json.dumps({"number": pack.number, "files": dict(pack.files)}, ensure_ascii=False))
    except OSError as error:
        raise AppError("packs.not_written", cause=error.strerror or "") from error


def drop_draft(folder: Path) -> None:
    """Let go of what was not applied."""
    (folder / DRAFT).unlink(missing_ok=True)
