"""Units of amounts: which field tells the unit of one, and what it is in the unit that amounts are added up in."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.registers.codes import CodeList
    from desktop.registers.register import Field

# The code list of units, and its columns: the unit added up in, and what a unit weighs: mg with g, never with tablets.
UNITS, _SUMMED_IN, _WEIGHS = "units", "summed_in", "kg"


def unit_beside(fields: Sequence["Field"], name: str, codes: Mapping[str, "CodeList"]) -> str:
    """Name the field that tells the unit of the amount *name*, which has none of its own: the first choice of a unit after it."""
    place = next(place for place, field in enumerate(fields) if field.name == name)
    field = fields[place]
    if field.kind_name != "decimal" or field.unit:
        return ""
    # A price may have a unit of its own further on.
    return next((f.name for f in fields[place:] if f.codes and codes[f.codes].whole == UNITS), "")


def common_unit(unit: str, codes: Mapping[str, "CodeList"]) -> tuple[str, Decimal]:
    """Give the unit that amounts in *unit* are added up in, and what one is in it."""
    units = codes[UNITS].codes
    common = (units[unit].column(_SUMMED_IN) if unit in units else None) or unit
    if common == unit:
        return unit, Decimal(1)
    return common, Decimal(units[unit].column(_WEIGHS) or 1) / Decimal(units[common].column(_WEIGHS) or 1)
