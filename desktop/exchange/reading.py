"""Read workbooks in a process of their own, and believe them only where two independent counts agree."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from desktop.exchange.cells import Counted, place_of
from desktop.exchange.guard import DAMAGED, check_file
from desktop.exchange.layout import META
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError

LONGEST_READ_SECONDS = 60
MOST_MEMORY = 1024 * 1024 * 1024  # 100,000 rows of 25 cells took 380 MB

_RANGE = re.compile(r"'?(?P<title>.+?)'?!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d{1,7})(?::.*)?")


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as they stand, and the places (row from 1, column from 0) of those whose content is lost."""

    title: str
    rows: list[list[Any]]
    lost: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Named:
    """Where a defined name points to: the first cell of its range."""

    title: str
    row: int
    place: int


@dataclass(frozen=True)
class Parsed:
    """A workbook's sheets, its `_meta` and its defined names, or the sentence that says why it was refused."""

    path: Path
    refused: Label | None = None
    meta: dict[str, str] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    names: dict[str, Named] = field(default_factory=dict)


def parse(path: Path) -> Parsed:
    """Read one workbook here and now; whatever is wrong with the file comes back as a refusal."""
    try:
        return _parse(path)
    except AppError as error:
        return Parsed(path, refused=error.text)
    except BaseException as error:
        # What a panic of calamine becomes cannot be imported, only told by its name.
        if not isinstance(error, MemoryError) and type(error).__name__ != "PanicException":
            raise
        return Parsed(path, refused=message("file.too_much", file=path.name))


def parse_all(paths: Sequence[Path]) -> Iterator[Parsed]:
    """Read workbooks in a child process, in order; a file that kills the child is refused, and the next one is read."""
    waiting = list(paths)
    while waiting:
        with ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_limit_memory, initargs=(MOST_MEMORY,)
        ) as pool:
            running = [(path, pool.submit(parse, path)) for path in waiting]
            for path, future in running:
                try:
                    yield future.result(timeout=LONGEST_READ_SECONDS)
                except (BrokenProcessPool, TimeoutError):
                    yield Parsed(path, refused=message("file.too_much", file=path.name))
                    _end(pool)
                    waiting = waiting[waiting.index(path) + 1 :]
                    break
            else:
                return


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


def _parse(path: Path) -> Parsed:
    counted = check_file(path)
    counts, names = _contents(path, counted)
    grids = {}
    for title, rows in _read_sheets(path):
        count = counts.get(title, Counted())
        _compare(path, title, rows, count)
        grids[title] = Grid(title, rows, count.lost)
    meta = {str(row[0]): str(row[1]) for row in grids[META].rows if len(row) > 1} if META in grids else {}
    return Parsed(path, meta=meta, grids=grids, names=names)


def _read_sheets(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for title in book.sheet_names:
                yield title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise AppError("file.damaged", file=path.name) from error


def _compare(path: Path, title: str, rows: Sequence[Sequence[Any]], count: Counted) -> None:
    """Refuse a sheet of which the reader saw other rows or cells than stand in its XML."""
    filled = [sum(cell != "" for cell in row) for row in rows]
    lost_rows = {row for row, _ in count.lost}
    seen_rows = sum(bool(n) or row in lost_rows for row, n in enumerate(filled, 1)) + sum(row > len(rows) for row in lost_rows)
    seen_cells = sum(filled) + len(count.lost)
    for seen, counted in ((seen_rows, count.rows), (seen_cells, count.cells)):
        if seen != counted:
            raise AppError("file.counts_differ", file=path.name, sheet=title, seen=seen, counted=counted)


def _contents(path: Path, counted: Mapping[str, Counted]) -> tuple[dict[str, Counted], dict[str, Named]]:
    """Join the counted parts to the titles of their sheets by the workbook's own relations, and read its defined names."""
    import zipfile

    from defusedxml import ElementTree

    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except DAMAGED as error:
        raise AppError("file.damaged", file=path.name) from error
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    found, names = {}, {}
    for element in book.iter():
        name = element.get("name", "")
        if element.tag.endswith("}sheet"):
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            target = targets.get(relation, "").removeprefix("/xl/").removeprefix("xl/")
            found[name] = counted.get(f"xl/{target}", Counted())
        elif element.tag.endswith("}definedName") and (match := _RANGE.fullmatch(element.text or "")):
            row, place = place_of(match["column"] + match["row"])
            names[name] = Named(match["title"].replace("''", "'"), row, place)
    return found, names
