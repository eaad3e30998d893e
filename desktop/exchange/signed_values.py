"""The values of a hand-off as its station signed them, carried in the hand-off itself: what was signed can be shown and taken.

They stand in a sheet of their own as JSON, packed into texts short enough for a cell. Whoever reads them has not checked the
signature yet, so nothing in them is relied on but their hash.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.exchange.layout import Row, Sheet, canonical
from desktop.registers.kinds import Value

LARGEST = 64 * 1024 * 1024  # bytes of JSON: many times what a month of a large prison comes to
_LONGEST_TEXT = 32_000  # Excel takes 32,767 characters in a cell


@dataclass(frozen=True)
class SignedTable:
    """The rows of one sheet in the order in which they were written: a value for each of *columns*, the kinds beside."""

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Signed:
    """What was signed, by sheet, and the facts of the cover; *digest* is the hash of it all, "" where it cannot be read."""

    digest: str = ""
    tables: Mapping[str, SignedTable] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()


def pack(tables: Sequence[tuple[Sheet, Sequence[Row]]], facts: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """Give the hash of what is to be signed, and the texts of the cells that carry it."""
    told = {"tables": {sheet.name: _table(sheet, rows) for sheet, rows in tables if rows}, "facts": facts}
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.b64encode(zlib.compress(content)).decode()
    texts = [packed[start : start + _LONGEST_TEXT] for start in range(0, len(packed), _LONGEST_TEXT)]
    return hashlib.sha256(content).hexdigest(), texts


def _table(sheet: Sheet, rows: Sequence[Row]) -> dict[str, Any]:
    """Write down what was entered; columns without a single value say nothing."""
    filled = [f for f in sheet.columns if f.is_given and any(row.get(f.name) is not None for row in rows)]
    return {
        "columns": [f.name for f in filled],
        "kinds": [f.kind_name for f in filled],
        "rows": [[canonical(f, row.get(f.name)) for f in filled] for row in rows],
    }


def unpack(texts: Sequence[object]) -> Signed:
    """Read what the cells carry; what is damaged, or larger than any hand-off, comes back empty."""
    try:
        packed = base64.b64decode("".join(map(str, texts)), validate=True)
        inflater = zlib.decompressobj()
        content = inflater.decompress(packed, LARGEST)
        if inflater.unconsumed_tail or not inflater.eof:
            return Signed()
        told = json.loads(content)
        tables = {str(name): _read_table(table) for name, table in told["tables"].items()}
        facts = tuple((str(label), str(text)) for label, text in told["facts"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error):
        return Signed()
    return Signed(hashlib.sha256(content).hexdigest(), tables, facts)


def _read_table(table: Mapping[str, Any]) -> SignedTable:
    """Read one table. Raises ValueError where a row has not a value for each column."""
    columns, kinds = tuple(map(str, table["columns"])), tuple(map(str, table["kinds"]))
    rows = tuple(tuple(row) for row in table["rows"])
    is_whole = len(kinds) == len(columns) == len(set(columns)) and all(len(row) == len(columns) for row in rows)
    if not is_whole or not all(type(value) in (str, int, type(None)) for row in rows for value in row):
        raise ValueError
    return SignedTable(columns, kinds, rows)
