"""How a value is written for a reader who does not know codes: by its label alone, with its unit."""

from typing import TYPE_CHECKING

from desktop.registers.kinds import Reading, Value

if TYPE_CHECKING:
    from desktop.registers.register import Field


def brief(value: Value, f: "Field", reading: Reading, language: str) -> str:
    """Write *value* as a list or a letter shows it: a choice by its label alone, an amount with its unit."""
    if value is None:
        return ""
    if f.codes:
        codes = reading.codes[f.codes].codes
        return ", ".join(codes[code].label[language] if code in codes else code for code in str(value).split())
    shown = f.kind.show(value, f, reading, language)
    unit = reading.codes["units"].codes[f.unit].label[language] if f.unit else ""
    return f"{shown} {unit}" if unit else shown
