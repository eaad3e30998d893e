"""Read workbooks in a process of their own, and believe them only where two independent counts agree."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from desktop.exchange.cells import Counted, place_of
from desktop.exchange.guard import DAMAGED, LARGEST_FILE, check_content
from desktop.exchange.layout import META, NO_DIGEST, PARTS_KEY, SIGNED, parts_digest
from desktop.exchange.protection import ASKS, is_protected, unprotect
from desktop.exchange.signed_values import Signed, unpack
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError

LONGEST_READ_SECONDS = 60
MOST_MEMORY = 1024 * 1024 * 1024  # 100,000 rows of 25 cells took 380 MB

_RANGE = re.compile(r"'?(?P<title>.+?)'?!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d{1,7})(?::.*)?")


@dataclass(frozen=True)
class Source:
    """A file in memory, or the sentence that says why it could not be had.

    *password* is tried where the file is locked, "" for none yet; None refuses a locked file for good.
    """

    name: str
    content: bytes = field(default=b"", repr=False)
    refused: Label | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as they stand, and the places (row from 1, column from 0) of what is lost, and of formulas."""

    title: str
    rows: list[list[Any]]
    lost: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Named:
    """Where a defined name points to: the first cell of its range."""

    title: str
    row: int
    place: int


@dataclass(frozen=True)
class Parsed:
    """A workbook's sheets, its `_meta` and its defined names, or the sentence that says why it was refused.

    *signed* is what the station signed, None where the workbook has no sheet for it; *is_untouched* tells that no program has
    saved the workbook again, *is_locked* that it was refused for want of its password alone.
    """

    name: str
    refused: Label | None = None
    meta: dict[str, str] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    names: dict[str, Named] = field(default_factory=dict)
    signed: Signed | None = None
    is_untouched: bool = False
    is_locked: bool = False


def read_source(path: Path) -> Source:
    """Take a file into memory, where it is small enough to be a hand-off; whatever is wrong comes back as a refusal."""
    try:
        return Source(path.name, _read(path))
    except AppError as error:
        return Source(path.name, refused=error.text)


def _read(path: Path) -> bytes:
    name = path.name
    if name.startswith("~$"):
        raise AppError("file.owner_file", file=name)
    if path.is_dir():
        raise AppError("file.folder", file=name)
    if not path.exists():
        raise AppError("file.not_there", file=name)
    if not path.is_file():
        raise AppError("file.no_file", file=name)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise AppError("file.not_readable", file=name) from error
    if len(content) > LARGEST_FILE:
        raise AppError("file.too_large", file=name, limit=LARGEST_FILE // 2**20)
    return content


def parse(source: Source) -> Parsed:
    """Read one workbook here and now; whatever is wrong with it comes back as a refusal."""
    if source.refused is not None:
        return Parsed(source.name, refused=source.refused)
    try:
        return _parse(_unlocked(source))
    except AppError as error:
        return Parsed(source.name, refused=error.text, is_locked=error.name in ASKS)
    except BaseException as error:
        # What a panic of calamine becomes cannot be imported, only told by its name.
        if not isinstance(error, MemoryError) and type(error).__name__ != "PanicException":
            raise
        return _too_much(source)


def _unlocked(source: Source) -> Source:
    """Open a workbook that is locked with a password, in the child like all that reads it."""
    if source.password is None or not is_protected(source.content):
        return source
    return replace(source, content=unprotect(source.name, source.content, source.password))


def parse_all(sources: Iterable[Source]) -> Iterator[Parsed]:
    """Read workbooks in a child process, in order; one that kills the child is refused, and the next one is read.

    The child gets bytes, and *sources* are taken one by one: what was sealed lies in the clear in memory alone.
    """
    pool = _child()
    try:
        for source in sources:
            try:
                yield pool.submit(parse, source).result(timeout=LONGEST_READ_SECONDS)
            except (BrokenProcessPool, TimeoutError):
                yield _too_much(source)
                _end(pool)
                pool = _child()
    finally:
        pool.shutdown(cancel_futures=True)


def _too_much(source: Source) -> Parsed:
    return Parsed(source.name, refused=message("file.too_much", file=source.name))


def _child() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_limit_memory, initargs=(MOST_MEMORY,))


def _limit_memory(most: int) -> None:
    """Let a file that asks for too much fail in the child alone."""
    # Windows knows no such limit for a process itself: there the time limit and the guard must do.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the executor has no public way to end a hung child
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _parse(source: Source) -> Parsed:
    counted, parts = check_content(source.name, source.content)
    counts, names = _contents(source.name, parts, counted)
    grids = {}
    for title, rows in _read_sheets(source):
        count = counts.get(title, Counted())
        _compare(source.name, title, rows, count)
        grids[title] = Grid(title, rows, count.lost | set(_no_times(rows, count)), count.formulas)
    meta = {str(row[0]): str(row[1]) for row in grids[META].rows if len(row) > 1} if META in grids else {}
    carrier = grids.pop(SIGNED, None)
    signed = unpack([row[0] for row in carrier.rows if row]) if carrier else None
    return Parsed(source.name, meta=meta, grids=grids, names=names, signed=signed, is_untouched=_is_untouched(meta, parts))


def _no_times(rows: list[list[Any]], count: Counted) -> Iterator[tuple[int, int]]:
    """Blank the cells in which the reader took a number before the first day for a time, and give their places."""
    for row, place in count.negative:
        if isinstance(rows[row - 1][place], dt.date | dt.time | dt.timedelta):
            rows[row - 1][place] = ""
            yield row, place


def _is_untouched(meta: Mapping[str, str], parts: Mapping[str, bytes]) -> bool:
    said = meta.get(PARTS_KEY, "")
    return len(said) == len(NO_DIGEST) and parts_digest(parts, said) == said


def _read_sheets(source: Source) -> Iterator[tuple[str, list[list[Any]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(source.content)) as book:
            for title in book.sheet_names:
                yield title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise AppError("file.damaged", file=source.name) from error


def _compare(name: str, title: str, rows: Sequence[Sequence[Any]], count: Counted) -> None:
    """Refuse a sheet of which the reader saw other rows or cells than stand in its XML."""
    filled = [sum(cell != "" for cell in row) for row in rows]
    lost_rows = {row for row, _ in count.lost}
    seen_rows = sum(bool(n) or row in lost_rows for row, n in enumerate(filled, 1)) + sum(row > len(rows) for row in lost_rows)
    seen_cells = sum(filled) + len(count.lost)
    for seen, counted in ((seen_rows, count.rows), (seen_cells, count.cells)):
        if seen != counted:
            raise AppError("file.counts_differ", file=name, sheet=title, seen=seen, counted=counted)


def _contents(
    name: str, parts: Mapping[str, bytes], counted: Mapping[str, Counted]
) -> tuple[dict[str, Counted], dict[str, Named]]:
    """Join the counted parts to the titles of their sheets by the workbook's own relations, and read its defined names."""
    from defusedxml import ElementTree

    try:
        book = ElementTree.fromstring(parts["xl/workbook.xml"])
        relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    except DAMAGED as error:
        raise AppError("file.damaged", file=name) from error
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    found: dict[str, Counted] = {}
    names, left = {}, set(counted)
    for element in book.iter():
        called = element.get("name", "")
        if element.tag.endswith("}sheet"):
            if called.casefold() in map(str.casefold, found):
                raise AppError("file.two_sheets", file=name, sheet=called)
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            target = targets.get(relation, "").removeprefix("/xl/").removeprefix("xl/")
            found[called] = counted.get(f"xl/{target}", Counted())
            left.discard(f"xl/{target}")
        elif element.tag.endswith("}definedName") and (match := _RANGE.fullmatch(element.text or "")):
            row, place = place_of(match["column"] + match["row"])
            names[called] = Named(match["title"].replace("''", "'"), row, place)
    if left:
        raise AppError("file.strange_part", file=name, part=min(left))
    return found, names
