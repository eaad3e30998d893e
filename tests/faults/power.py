"""The power fails: what a recorded trace leaves on a disk that has heard of no more than it was told to sync.

The model is harsh. Of the writes that no sync has covered yet, each 512-byte sector may be old, new, zero or garbage, in any
order; names that were given, changed or taken away may be undone one by one as long as no sync of their folder came after.
"""

import hashlib
import json
import os
import random
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

from tests.faults import bad, oracle
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.shim import CHANGES, NOTHING
from tests.faults.work import SCENES, Event

SECTOR = 512
_HEAD = struct.Struct("=QQQQ")

# How the disk loses its memory; several are drawn at each point of the trace.
WAYS = ("nothing kept", "writes kept", "names kept", "each by chance", "in order", "torn", "garbage")


@dataclass
class File:
    """A file: what lies on the disk for certain, and the writes (offset, bytes) and sizes (offset, None) it may not have."""

    certain: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, content in self.pending:
            _put(self.certain, offset, content)
        self.pending.clear()


@dataclass
class Folder:
    """A folder: the names in it that lie on the disk for certain, and those that the program sees."""

    certain: dict[str, Union["Folder", File]] = field(default_factory=dict)
    seen: dict[str, Union["Folder", File]] = field(default_factory=dict)


# A change of names, done as a whole or not at all: in which folder, which name, what it names from now on.
Renaming = list[tuple[Folder, str, Folder | File | None]]


def _put(into: bytearray, offset: int, content: bytes | None) -> None:
    if content is None:
        del into[offset:]
        into.extend(bytes(offset - len(into)))
    else:
        into.extend(bytes(max(0, offset - len(into))))
        into[offset : offset + len(content)] = content


class Disk:
    """The disk below *root* as the trace changes it, beginning with what lies there now."""

    def __init__(self, root: Path) -> None:
        self.root, self.by_inode, self.renamings = root, {}, list[Renaming]()
        self.top = self._read(root)

    def _read(self, path: Path) -> Folder | File:
        found: Folder | File
        if path.is_dir():
            names = {child.name: self._read(child) for child in path.iterdir()}
            found = Folder(dict(names), dict(names))
        else:
            found = File(bytearray(path.read_bytes()))
        self.by_inode[path.stat().st_ino] = found
        return found

    def happen(self, kind: str, inode: int, offset: int, content: bytes) -> None:
        """Let one event of the trace happen."""
        match kind:
            case "W":
                self.by_inode[inode].pending.append((offset, content))
            case "T":
                self.by_inode[inode].pending.append((offset, None))
            case "S":
                self._sync(self.by_inode[inode])
            case "O" | "M":
                made = self.by_inode[inode] = File(bytearray()) if kind == "O" else Folder()
                self._rename((*self._place(content), made))
            case "U":
                self._rename((*self._place(content), None))
            case "R":
                old, new = (self._place(path) for path in content.split(b"\0"))
                self._rename((*old, None), (*new, old[0].seen[old[1]]))

    def _place(self, path: bytes) -> tuple[Folder, str]:
        *above, name = Path(os.fsdecode(path)).relative_to(self.root).parts
        folder = self.top
        for part in above:
            folder = folder.seen[part]
        return folder, name

    def _rename(self, *changes: tuple[Folder, str, Folder | File | None]) -> None:
        self.renamings.append(list(changes))
        for folder, name, what in changes:
            _name(folder.seen, name, what)

    def _sync(self, what: Folder | File) -> None:
        if isinstance(what, File):
            what.sync()
            return
        for renaming in [r for r in self.renamings if any(folder is what for folder, _, _ in r)]:
            for folder, name, named in renaming:
                _name(folder.certain, name, named)
            self.renamings.remove(renaming)

    @property
    def is_settled(self) -> bool:
        """Tell whether the disk has heard of everything."""
        return not self.renamings and not any(isinstance(f, File) and f.pending for f in self.by_inode.values())

    def fails(self, way: str, chance: random.Random) -> dict[str, bytes | None]:
        """Give what a power cut leaves: path to content, None for a folder."""
        names: dict[int, dict[str, Folder | File]] = {}
        for renaming in _survivors(self.renamings, way, chance):
            for folder, name, what in renaming:
                _name(names.setdefault(id(folder), dict(folder.certain)), name, what)
        return dict(_left(self.top, "", names, way, chance))


def _name(names: dict[str, Folder | File], name: str, what: Folder | File | None) -> None:
    if what is None:
        names.pop(name, None)
    else:
        names[name] = what


def _survivors(renamings: list[Renaming], way: str, chance: random.Random) -> list[Renaming]:
    if way in ("nothing kept", "writes kept"):
        return []
    if way == "names kept":
        return list(renamings)
    if way == "in order":
        return renamings[: chance.randint(0, len(renamings))]
    return [renaming for renaming in renamings if chance.random() < 0.5]


def _left(
    folder: Folder, above: str, names: dict[int, dict[str, Folder | File]], way: str, chance: random.Random
) -> Iterator[tuple[str, bytes | None]]:
    for name, what in sorted(names.get(id(folder), folder.certain).items()):
        path = f"{above}/{name}" if above else name
        if isinstance(what, Folder):
            yield path, None
            yield from _left(what, path, names, way, chance)
        else:
            yield path, _content(what, way, chance)


def _content(file: File, way: str, chance: random.Random) -> bytes:
    if not file.pending or way in ("nothing kept", "names kept"):
        return bytes(file.certain)
    content = bytearray(file.certain)
    pending = file.pending[: chance.randint(0, len(file.pending))] if way == "in order" else file.pending
    for offset, written in pending:
        if way in ("writes kept", "in order"):
            _put(content, offset, written)
        elif written is None or way == "each by chance":
            if chance.random() < 0.5:
                _put(content, offset, written)
        else:
            _tear(content, offset, written, way, chance)
    return bytes(content)


def _tear(content: bytearray, offset: int, written: bytes, way: str, chance: random.Random) -> None:
    """Write some sectors of a write; one that grew the file but was not written is zero, one hit by the cut is garbage."""
    place = offset
    while place < offset + len(written):
        end = min(offset + len(written), (place // SECTOR + 1) * SECTOR)
        draw = chance.random()
        if draw < 0.5:
            _put(content, place, written[place - offset : end - offset])
        elif draw < 0.6 and place >= len(content):
            _put(content, place, bytes(end - place))
        elif draw < 0.6 and way == "garbage":
            _put(content, place, chance.randbytes(end - place))
        place = end


# The trace


Happening = tuple[str, int, int, bytes]


def record(bench: Bench, scene: str, build: Build) -> tuple[Path, list[Event], Disk, list[Happening]]:
    """Play a scene once, and give what was told before it, the disk before it, and all that happened to the disk."""
    root, told = bench.fresh(scene, "recorded")
    disk = Disk(root)
    path = bench.folder / "trace"
    with path.open("wb") as file:

        def arm(shim) -> None:
            shim.arm(NOTHING, CHANGES, 0)
            shim.trace_to(file.fileno())

        run = bench.play(root, told, SCENES[scene].work, arm, build=build)
    if run.crash:
        raise RuntimeError(f"{scene}: {run.crash}")
    return root, told, disk, list(_read_trace(path.read_bytes()))


def _read_trace(content: bytes) -> Iterator[Happening]:
    place = 0
    while place < len(content):
        kind, inode, offset, length = _HEAD.unpack_from(content, place)
        place += _HEAD.size
        yield chr(kind), inode, offset, content[place : place + length]
        place += length


def losses(bench: Bench, most: int) -> Tally:
    """Cut the power in about *most* ways while each scene is played."""
    tally = Tally("power loss")
    with measured(tally):
        share = max(len(WAYS), most // (2 * len(SCENES)))
        for scene in SCENES:
            for build in (shipped, bad.spilling):
                _cut(bench, tally, scene, build, share)
        few = max(len(WAYS), share // 8)
        for scene, build in (
            ("save", bad.never_syncing),
            ("save", bad.as_sqlite_comes),
            ("people and keys", bad.never_flushing),
        ):
            _cut(bench, tally, scene, build, few, is_bad=True)
    return tally


def _cut(bench: Bench, tally: Tally, scene: str, build: Build, most: int, *, is_bad: bool = False) -> None:
    root, told, disk, happened = record(bench, scene, build)
    chance = bench.chance("power", scene, build.__name__)
    points = sorted(chance.sample(range(len(happened) + 1), min(len(happened) + 1, -(-most // 2))))
    judged: set[bytes] = set()
    events, done = list(told), 0
    for point in points:
        for kind, inode, offset, content in happened[done:point]:
            if kind == "N":
                events.append(json.loads(content))
            else:
                disk.happen(kind, inode, offset, content)
        done = point
        for way in chance.sample(WAYS, 2):
            left = disk.fails(way, chance)
            digest = _digest(left, len(events))
            if digest in judged:
                continue
            judged.add(digest)
            _lay_out(left, root)
            if wrong := oracle.lost(root, scene, Told(events)):
                _lay_out(left, bench.untouched)
            what = f"{scene}, {build.__name__}, event {point}, {way}"
            bench.count(tally, what, Told(events), wrong, bad=is_bad, at_risk=not disk.is_settled)


def _digest(left: dict[str, bytes | None], told: int) -> bytes:
    """Sum a state up: the same state is judged once for the same acknowledgements."""
    found = hashlib.sha256(str(told).encode())
    for path, content in left.items():
        found.update(path.encode())
        found.update(hashlib.sha256(content).digest() if content is not None else b"folder")
    return found.digest()


def _lay_out(left: dict[str, bytes | None], root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name, content in left.items():
        path = root / name
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
