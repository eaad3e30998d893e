"""Exact numbers of the tables: amounts of the store as decimals, their conversion, and how they are written."""

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from desktop.analysis.declarations import TableDeclaration
from desktop.registers.codes import CodeList
from desktop.registers.kinds import MILLIONTHS, NBSP

# Enough for every sum of 19 digits times every factor: nothing is ever rounded.
_EXACT = decimal.Context(prec=80, traps=[decimal.Inexact, decimal.InvalidOperation])


@dataclass(frozen=True)
class Conversion:
    """How a table brings the amounts of the store, in their own units, to its unit."""

    table: TableDeclaration
    codes: Mapping[str, CodeList]

    @property
    def scale(self) -> int:
        """Give how many of the store's integers make one."""
        amounts = self.table.measure.amounts
        return MILLIONTHS if amounts and amounts[0].is_decimal else 1

    def amount(self, stored: int) -> Decimal:
        """Give an amount of the store in its own unit."""
        return _EXACT.divide(Decimal(stored), Decimal(self.scale))

    def factor(self, unit: str, piece: str | None) -> Decimal | None:
        """Give what one *unit* is in the unit of the table, or None where nobody may say."""
        if unit == self.table.unit:
            return Decimal(1)
        for per_piece in self.table.measure.per_piece:
            if per_piece.unit == unit and (found := self._cell(per_piece.codes, piece, per_piece.column)):
                return Decimal(found)
        convert = self.table.measure.convert
        found = self._cell("units", unit, convert) if convert else None
        return Decimal(found) if found else None

    def _cell(self, codes: str, code: str | None, column: str) -> str | None:
        row = self.codes[codes].codes.get(code or "")
        return row.column(column) if row else None

    def convert(self, stored: int, unit: str, piece: str | None) -> Decimal:
        """Give an amount of the store in the unit of the table, or in its own where it cannot be converted."""
        return _EXACT.multiply(self.amount(stored), self.factor(unit, piece) or Decimal(1))

    def convertible_units(self) -> list[str]:
        """List the units that convert whatever is measured in them."""
        return [unit for unit in ("", *self.codes["units"].codes) if self.factor(unit, None) is not None]

    def convertible_pieces(self, unit: str) -> list[str]:
        """List the codes whose pieces of *unit* convert."""
        lists = {p.codes for p in self.table.measure.per_piece if p.unit == unit}
        return [code for name in lists for code in self.codes[name].codes if self.factor(unit, code) is not None]


def add(values: list[Decimal]) -> Decimal:
    """Add without rounding."""
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, value)
    return total


def mean(total: Decimal, months: int) -> Decimal:
    """Spread a *total* over *months*, to a tenth."""
    return (total / months).quantize(Decimal("0.1"), decimal.ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Write *value* for programs: exactly, and with no needless zeros."""
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def show(value: Decimal, language: str) -> str:
    """Write *value* with a decimal comma (a point in English), its thousands apart and no needless zeros."""
    whole, _, fraction = plain(abs(value)).partition(".")
    groups = f"{int(whole):,}".replace(",", NBSP) if len(whole) > 4 else whole
    mark = "." if language == "en" else ","
    return f"{'-' if value < 0 else ''}{groups}{mark if fraction else ''}{fraction}"
