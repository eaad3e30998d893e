"""Hand-offs changed by chance as archives, as XML and as values: each is refused, or read as an independent reader reads it."""

import datetime as dt
import io
import random
import re
import signal
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl

from desktop.exchange.merge import plan_files
from desktop.exchange.planning import REJECTED, FilePlan
from desktop.exchange.reading import Parsed, Source, parse
from desktop.store import station_keys
from desktop.store.station_keys import PublicKeys
from desktop.store.vault import Vault
from tests.faults import bad
from tests.faults.bad import shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.work import Event, Work

# Seconds of the processor that one file may take, and files to a child, which as a whole must not count as hung.
LONGEST, BATCH = 10, 100

Parts = dict[str, bytes]
Way = Callable[..., Any]
Cells = dict[tuple[int, int], Any]

_NASTY = (
    "", " ", "0", "-1", "-0", "1e309", "1E+05", "NaN", "99999999999999999999", "0.1", "1,5", "41275", "-41275", "2958466", "#REF!",
    "=1+1", "+1", "@x", "31.02.2013", "2013-13-01", "IN", "&amp;", "&lt;v&gt;", "&#0;", "&#x1F600;", "\u202eabc", "\ufeffx", "x" * 40_000,
    "TRUE", "да", "_x000D_", "\t", "a\nb", "\u00a0",
)  # fmt: skip
# The number of the day after 31.12.9999.
_AFTER_ALL_DAYS = 2_958_466
_KINDS = ("n", "s", "str", "inlineStr", "b", "e", "d", "", "S")
_REFERENCES = ("A1", "A3", "B3", "XFD1048576", "a3", "A0", "3", "$A$3", "AAAA1", "A03", "A-1", "Z200001", "")
_TAG, _ATTRIBUTE = re.compile(rb"<[^>]+>"), re.compile(rb'(?<= )([\w:]+)="([^"]*)"')
_CELL, _ROW = re.compile(rb"<c r=\"[A-Z]+\d+\".*?(?:/>|</c>)", re.DOTALL), re.compile(rb"<row .*?</row>", re.DOTALL)
_VALUE = re.compile(rb"(?<=<v>)[^<]*(?=</v>)|(?<=<t>)[^<]*(?=</t>)")
_READ = re.compile(
    r"xl/(worksheets/sheet\d+|workbook|sharedStrings|styles)\.xml|\[Content_Types\]\.xml|xl/_rels/workbook\.xml\.rels"
)


@dataclass(frozen=True)
class Aim:
    """What a run of files is to find: the build that it must catch, by files changed in these ways, and whose keys are known."""

    fault: str
    bad_build: bad.Build
    bad_ways: Sequence[Way]
    is_enrolled: bool = False


def files(bench: Bench, most: int) -> Tally:
    """Change one honest hand-off *most* times, in one way or several, and let headquarters look at each."""
    # One that counts once is caught by files of which two readers see other cells.
    return _tried(bench, most, Aim("workbook changed by chance", bad.counting_once, _OF_XML))


def signed_files(bench: Bench, most: int) -> Tally:
    """Do the same where headquarters knows the key of the prison: what would merge unasked must be what was signed."""
    return _tried(bench, most, Aim("signed workbook changed by chance", bad.overlooking_edits, _OF_VALUES, is_enrolled=True))


def _tried(bench: Bench, most: int, aim: Aim) -> Tally:
    tally = Tally(aim.fault)
    with measured(tally):
        root, _ = bench.fresh("merge")
        content = min((root / "post").glob("*.xlsx")).read_bytes()
        for build, many in ((shipped, most), (aim.bad_build, max(80, most // 50))):
            done = 0
            while done < many:
                done += _batch(bench, tally, content, range(done, min(many, done + BATCH)), build, aim)
    return tally


def _batch(bench: Bench, tally: Tally, content: bytes, numbers: range, build: bad.Build, aim: Aim) -> int:
    """Let a child read some files, and count those that it told of; the one that ended it is a loss."""
    root = bench.folder / "tried"
    about = "fuzz signed" if aim.is_enrolled else "fuzz"
    chances = {n: bench.chance(about, build.__name__, n).random() for n in numbers}
    ways = _WAYS if build is shipped else aim.bad_ways
    act = partial(_read_all, content=content, chances=chances, among=ways, is_enrolled=aim.is_enrolled)
    run = bench.play(root, [], act, build=build)
    told = run.told.done("read")
    bench.remember(root)
    for event in told:
        bench.count(
            tally,
            f"file {event['n']}, {event['what']}",
            Told(),
            event["wrong"],
            bad=build is not shipped,
            at_risk=event["is_read"],
        )
    if len(told) == len(numbers):
        return len(told)
    ended = numbers[len(told)]
    crash = run.crash or f"the reader ended, or took longer than {LONGEST} seconds of the processor"
    bench.count(tally, f"file {ended} of {build.__name__}", Told(), [crash], bad=build is not shipped)
    return len(told) + 1


def _read_all(work: Work, content: bytes, chances: dict[int, float], among: Sequence[Way], *, is_enrolled: bool) -> None:
    warnings.simplefilter("ignore")
    with work.open(work.root / "hq") as vault:
        parsed = parse(Source("целая.xlsx", content))
        if is_enrolled:
            _enrol(vault, parsed.meta)
        whole = plan_files(vault, [parsed])[0]
        for n, chance in chances.items():
            # Without a handler the alarm ends the process, wherever it hangs; it does not ring on a machine that is busy elsewhere.
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            path = work.root / f"{n}.xlsx"
            work.do("read", partial(_try, vault, whole, content, random.Random(chance), among, path), n=n)
            signal.setitimer(signal.ITIMER_PROF, 0)


def _enrol(vault: Vault, meta: dict[str, str]) -> None:
    """Let headquarters know the prison by the keys of its honest hand-off."""
    keys = PublicKeys(meta["signer"], meta["sealing"])
    zone = vault.zone(meta["zone"])
    if station_keys.partner(zone, meta["station"]) is None:
        station_keys.enrol(zone, meta["station"], meta["prison"], keys)


def _try(vault: Vault, whole: FilePlan, content: bytes, chance: random.Random, among: Sequence[Way], path: Path) -> Event:
    ways = [chance.choice(among) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    spoiled = content
    for way in ways:
        spoiled = _changed(spoiled, way, chance)
    path.write_bytes(spoiled)
    parsed = parse(Source("передача.xlsx", spoiled))
    plan = plan_files(vault, [parsed])[0]
    wrong = [] if plan.refused else _differences(parsed, plan, spoiled)
    if ways == [_other_value] and not plan.refused:
        wrong += _lost_rows(plan, whole)
    if whole.signature and not plan.refused and not plan.is_held:
        wrong += _silent_losses(plan, whole)
    if not wrong:
        path.unlink()  # what ends the reader, or is read wrongly, is kept for study
    what = " and ".join(way.__name__.strip("_") for way in ways)
    return {"what": what, "wrong": wrong[:3], "is_read": plan.refused is None}


def _changed(content: bytes, way: Way, chance: random.Random) -> bytes:
    try:
        if way in _OF_BYTES:
            return bytes(way(bytearray(content), chance))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        return _packed(way(parts, chance), chance)
    except (
        zipfile.BadZipFile,
        RuntimeError,
        IndexError,
        ValueError,
        OSError,
        NotImplementedError,
        EOFError,
        struct.error,
        zlib.error,
    ):
        return content  # a change before it has left nothing to change


def _packed(parts: Parts, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


# As an archive


def _flip(content: bytearray, chance: random.Random) -> bytearray:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def _cut_off(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content))]


def _scribble(content: bytearray, chance: random.Random) -> bytearray:
    begin, size = chance.randrange(len(content)), chance.randint(1, 64)
    content[begin : begin + size] = chance.randbytes(size)
    return content


def _claim(content: bytearray, chance: random.Random) -> bytearray:
    """Let an entry of the directory, or the end of it, claim something else."""
    places = [found.start() for found in re.finditer(rb"PK\x01\x02|PK\x05\x06|PK\x03\x04", content)]
    place = chance.choice(places) + chance.randrange(4, 44, 2)
    struct.pack_into("<H", content, place, chance.choice((0, 1, 8, 0xFFFF, chance.randrange(1 << 16))))
    return content


def _put_around(content: bytearray, chance: random.Random) -> bytearray:
    more = chance.randbytes(chance.randint(1, 40))
    return content + more if chance.random() < 0.5 else bytearray(more) + content


def _without_part(parts: Parts, chance: random.Random) -> Parts:
    del parts[chance.choice(list(parts))]
    return parts


def _renamed_part(parts: Parts, chance: random.Random) -> Parts:
    name = chance.choice(list(parts))
    parts[chance.choice((name.upper(), f"../{name}", f"/{name}", name.replace("/", "\\"), f"{name}.bin"))] = parts.pop(name)
    return parts


def _shuffled_parts(parts: Parts, chance: random.Random) -> Parts:
    return dict(chance.sample(list(parts.items()), len(parts)))


# As XML


def _some_part(parts: Parts, chance: random.Random) -> str:
    return chance.choice([name for name in parts if _READ.fullmatch(name)])


def _edited(change: Callable[[bytes, random.Random], bytes], parts: Parts, chance: random.Random) -> Parts:
    name = _some_part(parts, chance)
    return parts | {name: change(parts[name], chance)}


def _put(xml: bytes, found: re.Match[bytes], new: bytes) -> bytes:
    return xml[: found.start()] + new + xml[found.end() :]


def _other_tag(parts: Parts, chance: random.Random) -> Parts:
    """Take a tag away, double it, or put a comment, a section or an entity beside it."""

    def change(xml: bytes, chance: random.Random) -> bytes:
        found = chance.choice(list(_TAG.finditer(xml)))
        more = chance.choice((b"", found[0] * 2, found[0] + b"<!-- x -->", found[0] + b"<![CDATA[7]]>", found[0] + b"&x;",
                              found[0] + b"<x/>", found[0] + b"<?x?>", b"\n" + found[0], found[0] + b"<v>7</v>"))  # fmt: skip
        return _put(xml, found, more)

    return _edited(change, parts, chance)


def _other_attribute(parts: Parts, chance: random.Random) -> Parts:
    def change(xml: bytes, chance: random.Random) -> bytes:
        found = chance.choice(list(_ATTRIBUTE.finditer(xml)))
        value = chance.choice((*_KINDS, *_REFERENCES, "0", "1", "7", "-1", "999999999")).encode()
        new = chance.choice((b"", b"%s='%s'" % (found[1], found[2]), b'%s="%s"' % (found[1], value)))
        return _put(xml, found, new)

    return _edited(change, parts, chance)


def _other_bytes(parts: Parts, chance: random.Random) -> Parts:
    def change(xml: bytes, chance: random.Random) -> bytes:
        begin = chance.randrange(len(xml))
        return xml[:begin] + chance.randbytes(chance.randint(0, 4)) + xml[begin + chance.randint(0, 6) :]

    return _edited(change, parts, chance)


def _doubtful_cell(parts: Parts, chance: random.Random) -> Parts:
    """Write a cell so that readers differ about it: a comment within its value, or the cell twice."""
    name, xml = _sheet(parts, chance)
    found = chance.choice([found for found in _CELL.finditer(xml) if b"<v>" in found[0]])
    new = chance.choice((found[0].replace(b"<v>", b"<v><!-- x -->"), found[0] + re.sub(rb"<v>.*?</v>", b"<v>1</v>", found[0])))
    return parts | {name: _put(xml, found, new)}


def _other_rows(parts: Parts, chance: random.Random) -> Parts:
    """Take a row away, double it, move it, or change cells within a sheet."""
    name, xml = _sheet(parts, chance)
    pattern = chance.choice((_ROW, _CELL))
    one, other = (chance.choice(list(pattern.finditer(xml))) for _ in range(2))
    first, second = sorted((one, other), key=re.Match.start)
    swapped = xml if one[0] == other[0] else _put(_put(xml, second, first[0]), first, second[0])
    return parts | {name: chance.choice((_put(xml, one, b""), _put(xml, one, one[0] * 2), swapped))}


# As values


def _sheet(parts: Parts, chance: random.Random) -> tuple[str, bytes]:
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet") and b"<row" in parts[name]]
    name = chance.choice(sheets)
    return name, parts[name]


def _other_value(parts: Parts, chance: random.Random) -> Parts:
    """Write something else into one cell below the headings, as people and other programs do."""
    name, xml = _sheet(parts, chance)
    cells = [found for found in _CELL.finditer(xml) if int(re.search(rb"\d+", found[0])[0]) > 2]  # type: ignore[index]
    found = chance.choice(cells)
    place, text = re.search(rb'r="([A-Z]+\d+)"', found[0])[1], chance.choice(_NASTY).encode()  # type: ignore[index]
    new = chance.choice((
        b'<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (place, text),
        b'<c r="%s"><v>%s</v></c>' % (place, text),
        b'<c r="%s" t="str"><f>1+1</f><v>%s</v></c>' % (place, text),
        b'<c r="%s" t="b"><v>%d</v></c>' % (place, chance.randint(0, 1)),
        b'<c r="%s" t="e"><v>#N/A</v></c>' % place,
        b'<c r="%s" t="%s"><v>%s</v></c>' % (place, chance.choice(_KINDS).encode(), text),
        b'<c r="%s"/>' % place,
    ))  # fmt: skip
    return parts | {name: _put(xml, found, new)}


def _value_of_another(parts: Parts, chance: random.Random) -> Parts:
    """Write into one cell what stands in the same column of another row: a value as good as its own."""
    name, xml = _sheet(parts, chance)
    cells = [(found, re.search(rb'r="([A-Z]+)(\d+)"', found[0])) for found in _CELL.finditer(xml)]
    below = [(found, place) for found, place in cells if place and int(place[2]) > 2]
    found, place = chance.choice(below)
    others = [(other, at) for other, at in below if at[1] == place[1] and at[2] != place[2]]
    other, at = chance.choice(others)
    return parts | {name: _put(xml, found, other[0].replace(at[0], place[0], 1))}


def _other_string(parts: Parts, chance: random.Random) -> Parts:
    name = chance.choice([name for name in parts if name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet")])
    found = chance.choice(list(_VALUE.finditer(parts[name])))
    return parts | {name: _put(parts[name], found, chance.choice(_NASTY).encode())}


def _valid_value(content: bytearray, chance: random.Random) -> bytes:
    """Write another valid value into one cell, as whoever embellishes figures would: only the signature can tell."""
    try:
        return _embellished(content, chance)
    except Exception:  # noqa: BLE001 - what a change before it has left may break openpyxl anywhere
        return bytes(content)


def _embellished(content: bytearray, chance: random.Random) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    places = [
        (sheet, row, cell.column, str(cell.value))
        for sheet in book.worksheets
        for cell in sheet[1]
        if cell.value in _VALID
        for row in range(3, sheet.max_row + 1)
        if sheet.cell(row, 1).value
    ]
    sheet, row, column, name = chance.choice(places)
    before = sheet.cell(row, column).value
    sheet.cell(row, column).value = next(value for value in iter(partial(_VALID[name], chance), None) if value != before)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# What stays valid in the columns of the gate log: another date of the month, code of the list, number in range, text.
_VALID: dict[str, Callable[[random.Random], Any]] = {
    "passed_on": lambda chance: dt.datetime(2013, 3, chance.randint(1, 31)),
    "direction": lambda chance: chance.choice(("IN", "OUT")),
    "comment": lambda chance: f"со слов дежурного {chance.randrange(100)}",
    "cargo": lambda chance: chance.choice(("уголь", "капуста", "доски")),
    "weight": lambda chance: chance.randrange(1, 900_000) / 1000,
    "pieces": lambda chance: chance.randint(2, 90),
}

_OF_BYTES = (_flip, _cut_off, _scribble, _claim, _put_around, _valid_value)
_OF_VALUES = (_valid_value, _valid_value, _valid_value, _value_of_another)
_OF_XML = (_doubtful_cell, _other_tag, _other_rows)
_WAYS = (
    *_OF_BYTES, _doubtful_cell, _without_part, _renamed_part, _shuffled_parts, _other_tag, _other_tag, _other_attribute, _other_attribute,
    _other_bytes, _other_rows, _other_rows, _other_value, _other_value, _other_value, _other_string, _other_string, _value_of_another,
    _value_of_another, _valid_value,
)  # fmt: skip


# What must hold


def _differences(parsed: Parsed, plan: FilePlan, content: bytes) -> list[str]:
    """Compare what was read with what openpyxl reads, cell by cell, and the rows that were planned with those it sees."""
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception:  # noqa: BLE001 - openpyxl breaks on much that is harmless, and then there is nothing to compare with
        return []
    wrong = []
    planned = {(row.sheet, row.row) for row in plan.rows}
    for title, grid in parsed.grids.items():
        if title not in values.sheetnames or not hasattr(values[title], "iter_rows"):
            continue
        seen, ours = _cells(values[title].iter_rows(values_only=True)), _cells(grid.rows)
        hidden = _merged_away(values[title])
        for row, place in seen.keys() | ours.keys():
            one, other = ours.get((row, place)), seen.get((row, place))
            if (row, place) not in grid.lost | hidden and not _is_same(one, other):
                wrong.append(f"{title}, row {row}, column {place}: {one!r} is {other!r} to openpyxl")
        if any(sheet == title for sheet, _ in planned):
            rows = {row for row, _ in seen if row > 2}
            wrong += [
                f"{title}, row {row} is in no plan" for row in sorted(rows - {row for sheet, row in planned if sheet == title})
            ]
    return wrong


def _merged_away(sheet: Any) -> set[tuple[int, int]]:
    """Find the cells of which a merge with their neighbours shows nothing, and openpyxl reads nothing."""
    return {
        (row, column - 1)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, min(area.max_row, sheet.max_row) + 1)
        for column in range(area.min_col, min(area.max_col, sheet.max_column) + 1)
        if (row, column) != (area.min_row, area.min_col)
    }


def _lost_rows(plan: FilePlan, whole: FilePlan) -> list[str]:
    """Find rows of the whole file that one other value has made vanish, or has kept out though they are of other records."""
    wrong = [f"{row.sheet}, row {row.row} has vanished" for row in whole.rows if not _row_of(plan, row.sheet, row.row)]
    kept_out = {row.number for row in plan.rows if row.verdict not in ("new", "void")}
    return wrong if len(kept_out) < 4 else [*wrong, f"one value keeps {len(kept_out)} records out"]


def _silent_losses(plan: FilePlan, whole: FilePlan) -> list[str]:
    """Find what would merge unasked and is not what was signed, and what was signed and is neither merged nor rejected."""
    sent, comes, wrong = _values(whole), _values(plan), []
    for place in sorted(sent.keys() | comes.keys()):
        register, uid = place
        if place not in comes and not any(row.uid == uid and row.verdict in (*REJECTED, "unchanged") for row in plan.rows):
            wrong.append(f"a record of {register} that was signed has vanished")
        elif place in comes and comes[place] != sent.get(place):
            wrong.append(f"a record of {register} would merge unasked with values that nobody signed")
    return wrong


def _values(plan: FilePlan) -> dict[tuple[str, str], str]:
    """Give all that a plan would write, but for the times at which it would."""
    return {
        (register, str(item.record["uid"])): repr(
            (_without_times(item.record), {n: list(r) for n, r in item.lines.items() if r})
        )
        for register, items in plan.incoming.items()
        for item in items
    }


def _without_times(record: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in record.items() if value is not None and not name.endswith("_at"))


def _row_of(plan: FilePlan, sheet: str, row: int) -> bool:
    return any((planned.sheet, planned.row) == (sheet, row) for planned in plan.rows)


def _cells(rows: Any) -> Cells:
    return {
        (row, place): cell
        for row, cells in enumerate(rows, 1)
        for place, cell in enumerate(cells)
        if cell is not None and str(cell).replace("_x000D_", "").strip()
    }


def _is_same(one: Any, other: Any) -> bool:
    one, other = _plain(one), _plain(other)
    if isinstance(one, str) and isinstance(other, float):
        one = _number(one)  # blanks around a number leave it the same
    if other == "#VALUE!" and isinstance(one, float) and one >= _AFTER_ALL_DAYS:
        return True  # openpyxl has no day for it, and the plan a problem
    return one == other or (isinstance(one, float) and isinstance(other, float) and abs(one - other) <= 1e-9 * abs(one))


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    """Give a value in a form in which two readers' values compare."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value.replace("_x000D_", "\r").replace("\r\n", "\n").strip() if isinstance(value, str) else value
