"""What a hand-off says of itself in `_meta`, and whether its content still is what it was made with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from desktop.exchange.layout import FORMAT, check_number, digest_key, month_is_right, sheet_digest, title_key
from desktop.exchange.reading import Parsed
from desktop.exchange.rows import Table
from desktop.exchange.strays import own_workbook
from desktop.registers.codes import CodeList
from desktop.registers.problems import AppError


@dataclass(frozen=True)
class Claims:
    """Whose hand-off of which month this is, and its place among the hand-offs of its station."""

    prison: str
    month: str
    zone: str
    revision: int
    sequence: int
    station: str
    previous: str
    definitions: str
    titles: Mapping[str, str]
    digests: Mapping[str, str]
    check: str = ""  # the check number that the file was made with
    head: str = ""  # how far the history of its station went

    @property
    def is_by_hand(self) -> bool:
        """Tell whether this is a template that somebody filled in."""
        return not self.sequence


def whole_number(text: str) -> int:
    """Read a whole number of `_meta`, 0 where there is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def read_claims(parsed: Parsed, prisons: CodeList, zones: Collection[str]) -> Claims:
    """Read what the file says of itself. Raises AppError where it does not say enough, or names what is unknown here."""
    meta, name = parsed.meta, parsed.name
    if not meta.get("format", "").startswith(FORMAT.partition("/")[0]):
        raise AppError(own_workbook(parsed) or "file.no_meta", file=name)
    if meta["format"] != FORMAT:
        raise AppError("file.newer_format", file=name, format=meta["format"])
    prison, month, zone = (meta.get(key, "") for key in ("prison", "month", "zone"))
    if prison not in prisons.codes:
        raise AppError("file.unknown_prison", file=name, prison=prison or "?")
    if zone not in zones:
        raise AppError("file.unknown_zone", file=name, zone=zone or "?")
    if not month_is_right(month):
        raise AppError("file.bad_month", file=name, month=month or "?")
    return Claims(
        prison, month, zone, whole_number(meta.get("revision", "")), whole_number(meta.get("sequence", "")),
        meta.get("station", ""), meta.get("previous", ""), meta.get("definitions", ""),
        _beginning(meta, title_key("")), _beginning(meta, digest_key("")), meta.get("check", ""), meta.get("head", ""),
    )  # fmt: skip


def _beginning(meta: Mapping[str, str], start: str) -> dict[str, str]:
    return {key.removeprefix(start): value for key, value in meta.items() if key.startswith(start)}


def compare(claims: Claims, tables: Sequence[Table]) -> tuple[str, tuple[str, ...]]:
    """Give the content its own check number, and name the tables whose values are not those it was handed off with.

    For the sheets and columns that only a newer program knows, the file is taken at its word.
    """
    digests = {name: value for name, value in claims.digests.items() if name in claims.titles}
    for table in tables:
        name = table.sheet.name
        claimed = _beginning(claims.digests, f"{name}.")
        strangers = {column: value for column, value in claimed.items() if column not in table.sheet.names}
        digests[name] = sheet_digest(strangers | table.digests)
    edited = [name for name, value in digests.items() if claims.digests.get(name, "") != value]
    place = (claims.station, claims.prison, claims.month, claims.zone, claims.revision, claims.sequence)
    return check_number(place, digests), () if claims.is_by_hand else tuple(edited)
