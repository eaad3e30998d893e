"""Sign a hand-off by the station's key, value by value, and tell at headquarters what became of it on its way.

The signature covers values and not bytes: a workbook that Excel or LibreOffice saved again is still the one that was signed,
and whatever was edited is named with its cell, old and new. See docs/decisions/013-signature.md.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from desktop.exchange.cells import shown
from desktop.exchange.claims import Claims
from desktop.exchange.layout import COVER_KEY, FIRST_ROW, PARTS_KEY, STRANGERS, Sheet, canonical, title_key
from desktop.exchange.reading import Grid, Parsed
from desktop.exchange.rows import Read, Row, Table
from desktop.exchange.signed_values import SignedTable
from desktop.exchange.workbook import LONGEST_CELL
from desktop.registers.codes import DASH
from desktop.registers.kinds import KINDS, Cell, Reading, Value
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field
from desktop.store import station_keys
from desktop.store.sealing import about
from desktop.store.station_keys import Partner, PublicKeys, fingerprint
from desktop.store.zone import Zone

SIGNER, SEALING, SIGNATURE, CONTENT = "signer", "sealing", "signature", "signed"

State = Literal["same", "resaved", "edited", "unsigned", "damaged", "unknown_key"]
# How the signature of a file may stand that needs nobody's choice.
TRUSTED: tuple[State, ...] = ("same", "resaved")
# What of `_meta` no signature covers: itself, what is made after it, and the titles, which people may change.
_UNSIGNED = (SIGNATURE, PARTS_KEY, COVER_KEY)


@dataclass(frozen=True)
class Edit:
    """One cell that is not what was signed, *old* and *new* as Excel shows them, "" for an empty one.

    Of a row that was added *old* is None, of one that was removed *new*; their *name* and *cell* are empty.
    """

    sheet: str
    row: int
    number: str
    name: str
    old: str | None
    new: str | None
    cell: str = ""


@dataclass(frozen=True)
class Signature:
    """How the signature of a file stands and why, which cells are not what was signed, and what lies outside of it.

    *signer* is the station that the file says it is from, *keys* are those it was signed with; *unread* names the columns
    that somebody added: a remark beside the table is no edit of it. What *waits* is merged only when a person chooses so.
    """

    state: State
    said: Label
    edits: tuple[Edit, ...] = ()
    signer: str = ""
    keys: PublicKeys | None = None
    unread: tuple[str, ...] = ()
    waits: bool = False

    @property
    def is_stranger(self) -> bool:
        """Tell whether the key of the station can be enrolled, for it is the only thing that is not known."""
        return self.state == "unknown_key"


NOTHING = SignedTable((), (), ())


# In the prison


def sign(zone: Zone, meta: dict[str, str], digest: str) -> None:
    """Write into *meta* the station's public keys and its signature over all that stands there and over *digest*."""
    keys = station_keys.own(zone)
    meta |= {SIGNER: keys.signer, SEALING: keys.sealing, CONTENT: digest}
    meta[SIGNATURE] = station_keys.sign(zone, _covered(meta))


def _covered(meta: Mapping[str, str]) -> bytes:
    told = {key: value for key, value in meta.items() if key not in _UNSIGNED and not key.startswith(title_key(""))}
    return about("hand-off", *(text for pair in sorted(told.items()) for text in pair))


# At headquarters


def examine(zone: Zone, parsed: Parsed, claims: Claims, tables: Sequence[Table], reading: Reading) -> Signature:
    """Tell how the signature of a file stands, and whether a person must choose before it is merged.

    Columns that stand outside of the signature are taken out of *tables*.
    """
    partners = station_keys.partners(zone)
    found = _examined(parsed, claims, tables, reading, partners)
    return replace(found, waits=found.state not in TRUSTED and (bool(partners) or not _is_harmless(found, parsed, claims)))


def _is_harmless(found: Signature, parsed: Parsed, claims: Claims) -> bool:
    """Tell whether a file is as good as any can be while nobody is enrolled: made by hand, or left as some key signed it."""
    return not found.edits if found.is_stranger else found.state == "unsigned" and _is_by_hand(parsed, claims)


def _is_by_hand(parsed: Parsed, claims: Claims) -> bool:
    """Tell whether no program of a station has left a trace in the file: it is a template, not a hand-off that was stripped."""
    traces = {SIGNER, SEALING, SIGNATURE, CONTENT} & parsed.meta.keys()
    return claims.is_by_hand and not claims.station and not traces and parsed.signed is None


def _examined(
    parsed: Parsed, claims: Claims, tables: Sequence[Table], reading: Reading, partners: Sequence[Partner]
) -> Signature:
    broken = _broken(parsed, claims)
    if broken:
        return broken
    keys = PublicKeys(parsed.meta[SIGNER], parsed.meta.get(SEALING, ""))
    unread = tuple(_take_out_strangers(parsed, tables))
    edits = tuple(_edits(parsed, claims, tables, reading))
    if stranger := _stranger(claims, keys, partners):
        return Signature("unknown_key", stranger, edits, claims.station, keys, unread)
    state: State = "edited" if edits else "same" if parsed.is_untouched else "resaved"
    return Signature(state, message(f"signature.{state}", n=len(edits)), edits, claims.station, keys, unread)


def _broken(parsed: Parsed, claims: Claims) -> Signature | None:
    """Say why there is no signature to go by, or that it is not over this content."""
    meta, signed = parsed.meta, parsed.signed
    if _is_by_hand(parsed, claims):
        return Signature("unsigned", message("signature.by_hand"))
    if SIGNATURE not in meta or SIGNER not in meta:
        return Signature("unsigned", message("signature.none"), signer=claims.station)
    if signed is None:
        return Signature("unsigned", message("signature.sheet_gone"), signer=claims.station)
    is_whole = signed.digest == meta.get(CONTENT)
    if not is_whole or not station_keys.is_signed(meta[SIGNER], _covered(meta), meta[SIGNATURE]):
        return Signature("damaged", message("signature.damaged"), signer=claims.station)
    return None


def _stranger(claims: Claims, keys: PublicKeys, partners: Sequence[Partner]) -> Label | None:
    """Say why the key of a file is not one that this prison was enrolled with; None where it is."""
    own = [one for one in partners if one.station == claims.station]
    now = next((one for one in own if not one.retired), None)
    words = {"words": fingerprint(keys)}
    if now and now.prison == claims.prison and now.keys.signer == keys.signer:
        return None
    if now and now.prison != claims.prison:
        return message("signature.another_prison", prison=now.prison)
    if any(one.keys.signer == keys.signer for one in own):
        return message("signature.old_key", **words)
    return (
        message("signature.changed_key", known=fingerprint(now.keys), **words)
        if now
        else message("signature.not_enrolled", **words)
    )


def _take_out_strangers(parsed: Parsed, tables: Sequence[Table]) -> Iterator[str]:
    """Take what stands in columns that were never signed out of the rows, and name those columns."""
    for table in tables:
        signed = _signed(parsed, table)
        found: dict[str, None] = {}
        for read in table.rows:
            strangers = _strangers(read.values)
            own = {name: text for name, text in strangers.items() if name in signed.columns}
            if own == strangers:
                continue
            found.update(dict.fromkeys(name for name in strangers if name not in own))
            read.values.pop("extra")
            if own:
                read.values["extra"] = json.dumps({STRANGERS: own}, ensure_ascii=False)
        yield from (f"{table.title}: {name}" for name in found)


def _strangers(values: Row) -> dict[str, str]:
    return dict(json.loads(values.get("extra") or "{}").get(STRANGERS, {}))


def _signed(parsed: Parsed, table: Table) -> SignedTable:
    tables = parsed.signed.tables if parsed.signed else {}
    return tables.get(table.sheet.name, NOTHING)


def _edits(parsed: Parsed, claims: Claims, tables: Sequence[Table], reading: Reading) -> Iterator[Edit]:
    for table in tables:
        yield from _Comparison(parsed, table, reading).edits()
    read = {table.sheet.name for table in tables}
    for name, signed in (parsed.signed.tables if parsed.signed else {}).items():
        # A table that only a newer program knows is taken at its word while its sheet is there.
        if name not in read and claims.titles.get(name) not in parsed.grids:
            for place, _ in enumerate(signed.rows):
                yield Edit(claims.titles.get(name, name), FIRST_ROW + place, "", "", "", None)


class _Comparison:
    """Compares the rows of one sheet with those that were signed, by their identifiers: their order is free."""

    def __init__(self, parsed: Parsed, table: Table, reading: Reading) -> None:
        self.table, self.reading = table, reading
        self.language = _language(parsed)
        self.signed = _signed(parsed, table)

    def edits(self) -> Iterator[Edit]:
        """List what differs, in the order of the rows, and what was removed at the end."""
        rows = [dict(zip(self.signed.columns, row, strict=True)) for row in self.signed.rows]
        signed = {str(row.get("uid")): (FIRST_ROW + place, row) for place, row in enumerate(rows)}
        for read in self.table.rows:
            _, old = signed.pop(str(read.values.get("uid")), (0, None))
            if old is None:
                yield Edit(read.sheet, read.row, _number(read.values), "", None, self._whole(read.values))
            else:
                yield from self._cells(read, old)
        for row, old in signed.values():
            yield Edit(self.table.title, row, _number(old), "", self._whole(old), None)

    def _cells(self, read: Read, old: Row) -> Iterator[Edit]:
        for f in self.table.sheet.columns:
            if f.is_given and not self._is_same(read, f, old.get(f.name)):
                yield Edit(read.sheet, read.row, _number(old), f.name, self._text(f, old.get(f.name)), self._now(read, f),
                           read.cells.get(f.name, ""))  # fmt: skip
        strangers = _strangers(read.values)
        for name, kind in zip(self.signed.columns, self.signed.kinds, strict=True):
            new, was = strangers.get(name, ""), old.get(name)
            if name not in self.table.sheet.names and not _is_same_stranger(kind, was, new, self.reading):
                yield Edit(read.sheet, read.row, _number(old), name, "" if was is None else str(was), new)

    def _is_same(self, read: Read, f: Field, old: Value) -> bool:
        if f.name in read.values:
            return canonical(f, read.values[f.name]) == old
        if not self._is_unread(read, f):
            return old is None
        # A code that only a newer program knows cannot be read here, but it can be compared.
        return f.codes != "" and _codes(shown(read.written.get(f.name))) == old

    def _is_unread(self, read: Read, f: Field) -> bool:
        """Tell whether something stands in a cell that could not be taken from it."""
        return any(problem.cell == read.cells.get(f.name) for problem in read.problems)

    def _now(self, read: Read, f: Field) -> str:
        if self._is_unread(read, f) and f.name not in read.values:
            return shown(read.written.get(f.name)) or message("merge.error_cell")[self.language]
        return self._text(f, read.values.get(f.name))

    def _whole(self, values: Row) -> str:
        fields = [f for f in self.table.sheet.columns if f.is_given and f.name != "uid"]
        return "; ".join(text for f in fields if (text := self._text(f, values.get(f.name))))

    def _text(self, f: Field, value: Value) -> str:
        return shown(_cell(f, value, self.reading, self.language))


def _cell(f: Field, value: Value, reading: Reading, language: str) -> Cell:
    """Give the cell that carries *value*; what a broken program signed is shown as it stands."""
    try:
        return f.kind.to_cell(value, f, reading, language)
    except (ValueError, TypeError, AttributeError):
        return str(value)


def _number(values: Row) -> str:
    return str(values.get("number") or values.get("record") or "")


def _language(parsed: Parsed) -> str:
    said = parsed.meta.get("language", "")
    return said if said in LANGUAGES else LANGUAGES[0]


def _codes(text: str) -> str:
    """Give the bare codes of a cell that shows them with their labels."""
    return " ".join(sorted(part.partition(DASH)[0].strip() for part in text.split(";")))


def _is_same_stranger(kind: str, old: Value, new: str, reading: Reading) -> bool:
    """Compare a cell of a column that only a newer program knows, as far as its kind is known here."""
    if not new or old is None:
        return not new and old is None
    if kind in ("choice", "choices"):
        return _codes(new) == old
    if kind not in KINDS:
        return True
    lenient = Field("", kind, Label.same(""), digits=6, precision="year", future=True, length=LONGEST_CELL)
    try:
        return lenient.kind.from_cell(new, lenient, reading) == old
    except NotReadable:
        return False


def as_signed(parsed: Parsed, wanted: Sequence[Sheet], reading: Reading) -> Parsed:
    """Give the file as it was signed: the sheets that are known here hold the signed values, whatever stands in them now."""
    tables = parsed.signed.tables if parsed.signed else {}
    grids = dict(parsed.grids)
    for sheet in wanted:
        if title := parsed.meta.get(title_key(sheet.name)):
            grids[title] = Grid(title, _grid(sheet, tables.get(sheet.name, NOTHING), reading, _language(parsed)))
    return replace(parsed, grids=grids, names={})


def _grid(sheet: Sheet, signed: SignedTable, reading: Reading, language: str) -> list[list[Any]]:
    names = [f.name for f in sheet.columns] + [name for name in signed.columns if name not in sheet.names]
    headings = [sheet.heading(sheet.names[name], language) if name in sheet.names else name for name in names]
    rows = [dict(zip(signed.columns, row, strict=True)) for row in signed.rows]
    return [names, headings, *([_signed_cell(sheet, name, row, reading, language) for name in names] for row in rows)]


def _signed_cell(sheet: Sheet, name: str, row: Row, reading: Reading, language: str) -> Any:
    value = row.get(name)
    if value is None:
        return ""
    return _cell(sheet.names[name], value, reading, language) if name in sheet.names else str(value)
