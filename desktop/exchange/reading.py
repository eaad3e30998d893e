"""Read workbooks in a process of their own, and believe them only where two independent counts agree."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from desktop.exchange.guard import Counted, check_file
from desktop.exchange.layout import META
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError

LONGEST_READ_SECONDS = 60


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as they stand, and the places (row from 1, column from 0) of its Excel errors."""

    title: str
    rows: list[list[Any]]
    errors: set[tuple[int, int]]


@dataclass(frozen=True)
class Parsed:
    """A workbook's sheets and its `_meta`, or the sentence that says why it was refused."""

    path: Path
    refused: Label | None = None
    meta: dict[str, str] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)


def parse(path: Path) -> Parsed:
    """Read one workbook here and now; whatever is wrong with the file comes back as a refusal."""
    try:
        return _parse(path)
    except AppError as error:
        return Parsed(path, refused=error.text)


def parse_all(paths: Sequence[Path]) -> Iterator[Parsed]:
    """Read workbooks in a child process, in order; a file that kills the child is refused, and the next one is read."""
    waiting = list(paths)
    while waiting:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            running = [(path, pool.submit(parse, path)) for path in waiting]
            for path, future in running:
                try:
                    yield future.result(timeout=LONGEST_READ_SECONDS)
                except (BrokenProcessPool, TimeoutError):
                    yield Parsed(path, refused=message("file.damaged", file=path.name))
                    _end(pool)
                    waiting = waiting[waiting.index(path) + 1 :]
                    break
            else:
                return


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the executor has no public way to end a hung child
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _parse(path: Path) -> Parsed:
    counted = check_file(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = {title: book.get_sheet_by_name(title).to_python(skip_empty_area=False) for title in book.sheet_names}
    except CalamineError as error:
        raise AppError("file.damaged", file=path.name) from error
    counts = _counts_by_title(path, counted)
    grids = {}
    for title, rows in sheets.items():
        count = counts.get(title, Counted())
        errors = set(count.errors)
        seen = sum(any(cell != "" for cell in row) or _has_error(errors, number) for number, row in enumerate(rows, 1))
        if seen != count.rows:
            raise AppError("file.counts_differ", file=path.name, sheet=title, seen=seen, counted=count.rows)
        grids[title] = Grid(title, rows, errors)
    meta = {str(row[0]): str(row[1]) for row in grids[META].rows if len(row) > 1} if META in grids else {}
    return Parsed(path, meta=meta, grids=grids)


def _has_error(errors: set[tuple[int, int]], number: int) -> bool:
    return bool(errors) and any(row == number for row, _ in errors)


def _counts_by_title(path: Path, counted: dict[str, Counted]) -> dict[str, Counted]:
    """Join the counted parts to the titles of their sheets, by the workbook's own relations."""
    import zipfile

    from defusedxml import ElementTree

    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    found = {}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            relation = next(value for key, value in element.attrib.items() if key.endswith("}id"))
            target = targets.get(relation, "").removeprefix("/xl/").removeprefix("xl/")
            found[element.get("name", "")] = counted.get(f"xl/{target}", Counted())
    return found
