"""Split an exact total of kilograms over the lines of many records, each in a unit of its own."""

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from desktop.demo.invent import Wish
from desktop.registers.codes import CodeList
from desktop.registers.kinds import MILLIONTHS
from desktop.registers.register import Register

# Scales read to a hundredth of a gram; shares are counted in milligrams.
_READS_TO = 10
_LEAST = 50
# An amount is written in a unit in which it is neither a speck nor a heap.
_SMALLEST, _LARGEST = Decimal("0.01"), Decimal(2000)


def share_out(
    total: Mapping[str, Any], wishes: Sequence[Wish], register: Register, units: CodeList, chance: random.Random
) -> None:
    """Give every line of *wishes* whose amount is not said its share of *total*.

    *total* names the lines, the field and its unit (`unit_field`, drawn from `units`; without it the field's own),
    `sizes` by the code in the field `by`, and with `roughly` a second field that shows a little more, as first weighings do.
    """
    table = register.lines_by_name[total["lines"]]
    amount, roughly = total["amount"], total.get("roughly")
    written = {each["field"] for each in (amount, roughly) if each}
    rows = [row for wish in wishes for row in wish.lines[table.name] if not written & row.keys()]
    milligrams = int(Decimal(total["kg"]) * MILLIONTHS)
    sizes = total.get("sizes", {})
    draws = [chance.lognormvariate(0, 0.9) * sizes.get(row.get(total.get("by", "")), 1) for row in rows]
    shares = [max(_LEAST, int(milligrams * draw / sum(draws)) // _READS_TO * _READS_TO) for draw in draws]
    shares[shares.index(max(shares))] += milligrams - sum(shares)
    for row, share in zip(rows, shares, strict=True):
        _write(amount, row, share, table.by_name[amount["field"]].unit, units, chance)
        if roughly:
            more = int(share * chance.uniform(1.0, 1.04)) // 100 * 100 + 100
            _write(roughly, row, more, table.by_name[roughly["field"]].unit, units, chance)


def _write(
    amount: Mapping[str, Any], row: dict[str, Any], milligrams: int, own: str, units: CodeList, chance: random.Random
) -> None:
    """Write *milligrams* into the field of *amount*, in a unit that suits them."""
    kilograms = Decimal(milligrams) / MILLIONTHS
    weights = amount.get("units", {own: 1})
    written = {unit: kilograms / Decimal(units.codes[unit].other["kg"]) for unit in weights}
    fitting = [unit for unit, value in written.items() if _SMALLEST <= value <= _LARGEST] or [*weights]
    unit = chance.choices(fitting, [weights[unit] for unit in fitting])[0]
    if name := amount.get("unit_field"):
        row[name] = unit
    row[amount["field"]] = written[unit]
