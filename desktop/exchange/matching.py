"""Match the columns of a foreign workbook to the fields of a register, and what stands in them to codes: guessed, then told.

A guess weighs the heading, in any of the three languages, and whether what stands below it reads as the field's kind.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Any

from desktop.exchange.cells import shown
from desktop.exchange.foreign_sheets import ForeignSheet, Heading
from desktop.registers.codes import CodeList
from desktop.registers.folding import fold
from desktop.registers.kinds import Cell, Reading, Value, plain_number
from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import NotReadable
from desktop.registers.register import TODAY, Field, Register, Table

REMARKS = "remarks"
UNITS = "units"

# What clerks write where there is nothing to write.
_DASHES = frozenset("-—–")
# How the column that counts the records is headed, folded.
_COUNTING = frozenset({"", "n", "no", "nomer", "p p", "n p p", "nomer p p"})

# What a guess is made of, found on journals written for the tests: a heading alone is enough where it is nearly right, a
# list of codes that knows every value is enough alone, and what contradicts the values needs a very good heading.
_HEADING, _ENOUGH, _NO_LIKENESS, _CONTRADICTED = 0.7, 0.4, 0.5, 0.3
_WEIGHTS = {"choice": 0.45, "choices": 0.45, "date": 0.25, "time": 0.25, "yes_no": 0.15, "decimal": 0.15, "integer": 0.1}
_NEAR, _GUESSED = 0.75, 0.7
# Amounts with their units behind them are hardly anything else.
_WITH_UNITS = 0.45


@dataclass(frozen=True)
class Target:
    """A field that a column can be matched to; *key* is its name, with that of its lines before it."""

    key: str
    table: Table
    field: Field
    is_of_lines: bool

    @property
    def takes_many(self) -> bool:
        """Tell whether several columns can stand in it, one below the other."""
        return self.field.kind_name == "note"


@dataclass(frozen=True)
class Matching:
    """What was decided about a layout.

    *columns* are targets by the key of a column, *values* codes by target and folded text, *constants* values of targets
    that have no column, *begins* the key of the column in which every record, and no further line of one, has something.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)
    begins: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give it as it is remembered."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Matching":
        """Take it as it was remembered."""
        return cls(**content)

    @property
    def by_target(self) -> dict[str, list[str]]:
        """Give the columns of each target."""
        found: dict[str, list[str]] = {}
        for column, key in self.columns.items():
            if key:
                found.setdefault(key, []).append(column)
        return found


def targets(register: Register, header: Table) -> dict[str, Target]:
    """List all that a column can be matched to, by key: what a person may enter, and the remarks of the record."""
    found = {}
    for table in register.tables:
        of_lines = table is not register
        for f in table.fields:
            if not f.value and not f.until:
                key = f"{table.name}.{f.name}" if of_lines else f.name
                found[key] = Target(key, table, f, of_lines)
    found[REMARKS] = Target(REMARKS, register, header.by_name[REMARKS], is_of_lines=False)
    return found


def unit_beside(target: Target) -> str:
    """Give the key of the field that holds the unit of an amount: the one right behind it; empty where there is none."""
    fields = target.table.fields
    if target.field.kind_name != "decimal" or target.field.unit or target.field not in fields[:-1]:
        return ""
    after = fields[fields.index(target.field) + 1]
    is_unit = after.kind_name == "choice" and (after.codes == UNITS or after.codes.startswith(f"{UNITS}_"))
    return target.key[: -len(target.field.name)] + after.name if is_unit else ""


# Reading a cell


def read_cell(target: Target, cell: Cell, values: Mapping[str, str], reading: Reading) -> Value:
    """Read a cell as *target*, by the codes decided on where there are any. Raises NotReadable."""
    f, text = target.field, shown(cell).strip()
    if text in _DASHES and f.kind_name not in ("yes_no", "text", "note"):
        return None
    if not f.codes:
        return f.kind.from_cell(cell, f, reading)
    if code := values.get(fold(text)):
        return code
    if f.kind_name == "choices" and not _reads(target, cell, reading):
        parts = [values.get(fold(part), part) for part in parts_of(text)]
        return f.kind.read("; ".join(parts), f, reading)
    return f.kind.from_cell(cell, f, reading)


def split_amount(text: str, units: CodeList) -> tuple[str, str] | None:
    """Split an amount and the unit written behind it, given as its code; None where it is no such thing."""
    match = re.fullmatch(r"([+-]?[\d.,\s]*\d)\s*([^\W\d]+)\.?", text.strip())
    code = units.find(match[2]) if match else None
    return (plain_number(match[1]), code) if match and code else None


def parts_of(text: str) -> list[str]:
    """Split what stands in one cell for several codes."""
    return [part.strip() for part in re.split(r"[;,/\n]", text) if part.strip()]


def _reads(target: Target, cell: Cell, reading: Reading) -> bool:
    try:
        return target.field.kind.from_cell(cell, target.field, reading) is not None
    except NotReadable:
        return False


# Guessing columns


def guess(
    sheet: ForeignSheet, register: Register, choices: Mapping[str, Target], reading: Reading, told: Matching | None = None
) -> Matching:
    """Guess the matching of a sheet, except for what was *told* of an earlier file of this layout."""
    columns = dict(told.columns) if told else _guess_columns(sheet, register, choices, reading)
    columns = {h.key: key if (key := columns.get(h.key, "")) in choices else "" for h in sheet.headings}
    values = {key: dict(codes) for key, codes in told.values.items()} if told else {}
    found = Matching(columns, values)
    for key, texts in unknown_values(sheet, found, choices, reading).items():
        codes = reading.codes[choices[key].field.codes]
        known = values.setdefault(key, {})
        values[key] = {fold(text): known.get(fold(text), guess_code(codes, text)) for text in texts} | known
    constants = dict(told.constants) if told else _guess_constants(sheet, found, choices, reading)
    begins = told.begins if told else _guess_beginning(sheet, register, found, choices)
    return Matching(columns, values, constants, begins)


def _guess_columns(sheet: ForeignSheet, register: Register, choices: Mapping[str, Target], reading: Reading) -> dict[str, str]:
    scores = [
        (-_score(heading, sheet.samples[heading.key], target, register, reading), place, order, heading.key, target)
        for place, heading in enumerate(sheet.headings)
        for order, target in enumerate(choices.values())
        if not _is_counting(heading)
    ]
    found: dict[str, str] = {}
    for score, _, _, key, target in sorted(scores, key=lambda one: one[:3]):
        if -score >= _ENOUGH and key not in found and target.key not in found.values():
            found[key] = target.key
    return found


def _is_counting(heading: Heading) -> bool:
    return bool(heading.parts) and fold(heading.text) in _COUNTING


def _score(heading: Heading, cells: Sequence[Cell], target: Target, register: Register, reading: Reading) -> float:
    f = target.field
    alike = max((_likeness(heading, label) for label in _names(target)), default=0.0)
    weight = _WITH_UNITS if _has_units(target, cells, reading) else _WEIGHTS.get(f.kind_name, 0.0)
    fit = _fit(target, cells, reading)
    score = _HEADING * alike + weight * fit
    if weight and cells and fit < _CONTRADICTED:
        score -= 0.1 if alike > 0.85 else 0.3
    if not weight and cells and f.kind_name != "reference" and all(_is_day(cell) for cell in cells):
        score -= 0.3
    decides = f.name == register.counts_on and not target.is_of_lines
    return score + 0.05 * f.required + (0.15 if decides and fit > 0.5 else 0.05 * decides)


def _has_units(target: Target, cells: Sequence[Cell], reading: Reading) -> bool:
    written = [cell for cell in cells if isinstance(cell, str)]
    split = sum(split_amount(cell, reading.codes[UNITS]) is not None for cell in written)
    return bool(unit_beside(target)) and split * 2 > len(written)


def _names(target: Target) -> Iterator[str]:
    yield target.field.name.replace("_", " ")
    for language in LANGUAGES:
        yield target.field.label[language]
        if target.is_of_lines:
            yield f"{target.table.label[language]} {target.field.label[language]}"
            if target.field.name in target.table.title[:1]:
                yield target.table.label[language]


def _likeness(heading: Heading, label: str) -> float:
    """Compare a heading with a label, word by word: 1 for the same, 0 for nothing alike."""
    best = max((_alike(fold(part), fold(label)) for part in (heading.text, *heading.parts)), default=0.0)
    return best if best >= _NO_LIKENESS and heading.parts else 0.0


@lru_cache(maxsize=20_000)
def _alike(one: str, other: str) -> float:
    words, others = ([word for word in text.split() if len(word) > 1] for text in (one, other))
    if not words or not others:
        return float(one == other and bool(one))
    matched = sum(max(_word_alike(word, another) for another in others) for word in words)
    found = sum(max(_word_alike(word, another) for word in words) for another in others)
    return (matched + found) / (len(words) + len(others))


def _word_alike(one: str, other: str) -> float:
    """Compare words of languages whose words change at their end."""
    if one == other:
        return 1.0
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if shared >= 4 and shared * 2 >= max(len(one), len(other)):
        return 0.85
    ratio = SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= _NEAR else 0.0


def _fit(target: Target, cells: Sequence[Cell], reading: Reading) -> float:
    """Give the share of *cells* that are values of the field's kind, those that need a guess counted less."""
    written = [cell for cell in cells if shown(cell).strip() not in _DASHES][:50]
    return sum(_certainty(target, cell, reading) for cell in written) / len(written) if written else 0.0


def _certainty(target: Target, cell: Cell, reading: Reading) -> float:
    if _is_of_kind(target, cell, reading):
        return 1.0
    codes = reading.codes[target.field.codes] if target.field.codes else None
    return _GUESSED if codes and all(guess_code(codes, part) for part in _parts(target, shown(cell))) else 0.0


def _is_of_kind(target: Target, cell: Cell, reading: Reading) -> bool:
    f, text = target.field, shown(cell).strip()
    if f.kind_name == "date" and not f.coarse:
        return _is_day(cell)  # one that is impossible is a slip in a column of dates all the same
    if f.kind_name == "time":
        return bool(re.search(r"\d[:.\-]\d\d", text)) and _reads(target, cell, reading)
    if f.kind_name == "choices":
        return all(reading.codes[f.codes].find(part) for part in _parts(target, text))
    if f.kind_name == "decimal" and split_amount(text, reading.codes[UNITS]):
        return True
    return _reads(target, cell, reading)


def _parts(target: Target, text: str) -> list[str]:
    return parts_of(text) if target.field.kind_name == "choices" else [text]


def _is_day(cell: Cell) -> bool:
    return (not isinstance(cell, str) and hasattr(cell, "year")) or bool(
        re.match(r"\s*\d{1,4}[./\-]\d{1,2}[./\-]\d", str(cell))
    )


# Guessing codes


def unknown_values(
    sheet: ForeignSheet, matching: Matching, choices: Mapping[str, Target], reading: Reading
) -> dict[str, dict[str, int]]:
    """Count the texts in coded columns that name no code by themselves, by target."""
    found: dict[str, dict[str, int]] = {}
    for column, key in matching.columns.items():
        if key and choices[key].field.codes:
            counted = found.setdefault(key, {})
            for text, n in sheet.texts[column].items():
                for part in _unknown(choices[key], text, reading):
                    counted[part] = counted.get(part, 0) + n
    return {key: texts for key, texts in found.items() if texts}


def _unknown(target: Target, text: str, reading: Reading) -> list[str]:
    if text in _DASHES or _reads(target, text, reading):
        return []
    codes = reading.codes[target.field.codes]
    return [part for part in _parts(target, text) if not codes.find(part)]


def guess_code(codes: CodeList, text: str) -> str:
    """Guess which code a text means that is no name of one; empty where nothing is near."""
    wanted = fold(text)
    names = {fold(row.label[language]): code for code, row in codes.codes.items() for language in LANGUAGES}
    within = {code for name, code in names.items() if name and f" {name} " in f" {wanted} "}
    if len(within) == 1:
        return within.pop()
    if near := get_close_matches(wanted, names, 1, _NEAR):
        return names[near[0]]
    hits = codes.suggest(text, 2) if len(wanted) > 2 else []
    return hits[0] if len(hits) == 1 else ""


# Guessing what no column says


def asked_constants(matching: Matching, choices: Mapping[str, Target]) -> list[Target]:
    """List the fields that every record or line must have and no column gives, so that one value is asked for all."""
    used = matching.by_target
    tables = {choices[key].table.name for key in used}
    units = {unit_beside(choices[key]) for key in used} - {""}
    return [
        target for key, target in choices.items()
        if key not in used and (target.table.name in tables or not target.is_of_lines)
        and ((target.field.required and not target.field.ask_if) or key in units)
    ]  # fmt: skip


def _guess_constants(
    sheet: ForeignSheet, matching: Matching, choices: Mapping[str, Target], reading: Reading
) -> dict[str, Value]:
    used = matching.by_target
    found: dict[str, Value] = {}
    for target in asked_constants(matching, choices):
        if target.field.default not in (None, TODAY):
            found[target.key] = target.field.default
    for heading in sheet.headings:
        key = matching.columns.get(heading.key, "")
        beside = unit_beside(choices[key]) if key else ""
        words = re.findall(r"[^\W\d]+", heading.text)[1:]
        if beside and beside not in used and words and (code := reading.codes[UNITS].find(words[-1])):
            found[beside] = code
    return found


def _guess_beginning(sheet: ForeignSheet, register: Register, matching: Matching, choices: Mapping[str, Target]) -> str:
    """Guess in which column every record has something, and a further line of it has nothing."""
    used = matching.by_target
    if not any(choices[key].is_of_lines for key in used):
        return ""
    counting = [heading.key for heading in sheet.headings if _is_counting(heading)]
    return (counting or used.get(register.counts_on) or [""])[0]
