"""Code lists: the words a choice is made from, each with its labels, its group, its validity and its foreign codes."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from desktop.registers.folding import fold, look, swap_layout
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.problems import DeclarationError

DASH = " — "
COLUMNS = ("code", *LANGUAGES, "group", "from", "until")
NAME = re.compile(r"[a-z][a-z0-9_]*")
DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

# Between a code and its label people also type a hyphen.
_BETWEEN = re.compile(r"\s+[—–-]\s+")


@dataclass(frozen=True)
class Code:
    """One row of a code list; *other* holds its columns of foreign code systems and figures."""

    code: str
    label: Label
    group: str
    valid_from: str
    valid_until: str
    other: Mapping[str, str]

    def column(self, name: str) -> str | None:
        """Give the column *name* of this row, or None where it is empty."""
        own = {"code": self.code, "group": self.group, "from": self.valid_from, "until": self.valid_until}
        return (own | dict(self.other)).get(name) or None

    def is_valid(self, day: str) -> bool:
        """Tell whether this code may be used for *day* (`YYYY-MM-DD` or coarser), as far as its precision tells."""
        starts = not self.valid_from or day[: len(self.valid_from)] >= self.valid_from[: len(day)]
        return starts and (not self.valid_until or day[: len(self.valid_until)] <= self.valid_until[: len(day)])


@dataclass(frozen=True)
class CodeList:
    """A list of codes in the order of its file; *whole* names the list that this one is a group of, or itself."""

    name: str
    codes: Mapping[str, Code] = field(repr=False)
    whole: str = ""

    def only(self, group: str) -> "CodeList":
        """Give the list of those codes that stand in *group*."""
        name = f"{self.name}_{group.casefold()}"
        return CodeList(name, {code: row for code, row in self.codes.items() if row.group == group}, self.name)

    def show(self, code: str, language: str) -> str:
        """Write *code* with its label; a code nobody knows (from a newer program) is shown as it is."""
        known = self.codes.get(code)
        return f"{code}{DASH}{known.label[language]}" if known else code

    def find(self, text: str) -> str | None:
        """Give the code that *text* names: a code, a label in any language, both, or either typed on the wrong layout.

        What is written exactly so comes first: шт. are pieces, though it sounds like the code of sheets. Letters of another
        alphabet that look right are right.
        """
        text = text.strip()
        named = _BETWEEN.split(text, maxsplit=1)[0]
        for part in (text, named):
            if part in self.codes:
                return part
            if code := self._written.get(_plain(part)):
                return code
        if code := self._names.get(_key(text)) or self._names.get(_key(named)):
            return code
        alike = self._looks.get(look(text)) or self._looks.get(look(named))
        typed = self._names.get(_key(swap_layout(text)))
        # В02 in Cyrillic looks like B02, and is D02 on the other layout: then nobody can tell.
        return None if alike and typed and alike != typed else alike or typed

    def suggest(self, text: str, most: int = 30) -> list[str]:
        """List codes whose code or any label holds the typed *text*, those that begin with it first."""
        wanted = _key(text)
        if not wanted:
            return list(self.codes)[:most]
        hits = self._hits(wanted) or self._hits(_key(swap_layout(text)))
        return hits[:most]

    def _hits(self, wanted: str) -> list[str]:
        starts, holds = [], []
        for code, keys in self._keys.items():
            if any(key.startswith(wanted) for key in keys):
                starts.append(code)
            elif any(wanted in key for key in keys):
                holds.append(code)
        return starts + holds

    @cached_property
    def _keys(self) -> dict[str, list[str]]:
        return {code: [_key(code), *(_key(row.label[lang]) for lang in LANGUAGES)] for code, row in self.codes.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every folded name to its code."""
        return _by_name(self._keys)

    @cached_property
    def _looks(self) -> dict[str, str]:
        """Every name as it looks, whatever alphabet its letters are of, to its code."""
        rows = self.codes.items()
        return _by_name({code: [look(code), *(look(row.label[language]) for language in LANGUAGES)] for code, row in rows})

    @cached_property
    def _written(self) -> dict[str, str]:
        """Every name as it is written, but for case, to its code."""
        rows = self.codes.items()
        return _by_name({code: [_plain(code), *(_plain(row.label[language]) for language in LANGUAGES)] for code, row in rows})


def _by_name(names: Mapping[str, list[str]]) -> dict[str, str]:
    """Turn codes to their names around; a label that two codes share names neither, and a code always wins."""
    by_label: dict[str, set[str]] = {}
    for code, (_, *labels) in names.items():
        for label in labels:
            by_label.setdefault(label, set()).add(code)
    found = {label: codes.pop() for label, codes in by_label.items() if len(codes) == 1}
    return found | {own: code for code, (own, *_) in names.items()}


def _plain(text: str) -> str:
    return text.strip(" .").casefold()


def _key(text: str) -> str:
    """Fold *text*, or where nothing of it is a letter or digit (a smear's ++) take it as it is."""
    return fold(text) or text.strip().casefold()


def is_code(text: str) -> bool:
    """Tell whether *text* may stand for a value: it is kept for ever, and joined to others by blanks."""
    return bool(text) and all(c.isascii() and (c.isalnum() or c in "-+._/") for c in text)


def read_codes(paths: Iterable[Path]) -> CodeList:
    """Read one code list from its file and the files that extend it; a later row of the same code replaces the earlier.

    Raises DeclarationError.
    """
    codes: dict[str, Code] = {}
    for path in paths:
        codes |= {row.code: row for row in _rows(path)}
    return CodeList(path.stem, codes, path.stem)


def _rows(path: Path) -> list[Code]:
    if not NAME.fullmatch(path.stem):
        raise DeclarationError(path.name, "", "the file's name must be lower-case letters, digits and _")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = tuple(reader.fieldnames or ())
            if names[: len(COLUMNS)] != COLUMNS:
                raise DeclarationError(path.name, "row 1", f"the columns must begin with {', '.join(COLUMNS)}")
            rows = [_code(path, reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as slip:
        raise DeclarationError(path.name, "", f"cannot be read as CSV in UTF-8: {slip}") from slip
    seen: set[str] = set()
    for row in rows:
        if row.code in seen:
            raise DeclarationError(path.name, row.code, "this code stands twice")
        seen.add(row.code)
    return rows


def _code(path: Path, line: int, row: Mapping[str | None, str]) -> Code:
    place = f"row {line}"
    if None in row or None in row.values():
        raise DeclarationError(path.name, place, "has more or fewer cells than the first row")
    cells = {str(name): cell.strip() for name, cell in row.items()}
    code = cells["code"]
    if not is_code(code):
        raise DeclarationError(path.name, place, f"{code!r} is no code: letters A-Z, digits and - + . _ / only")
    try:
        label = Label.of({language: cells[language] for language in LANGUAGES})
    except ValueError as slip:
        raise DeclarationError(path.name, f"{place}, code {code}", str(slip)) from slip
    for word in ("from", "until"):
        if cells[word] and not DAY.fullmatch(cells[word]):
            raise DeclarationError(
                path.name, f"{place}, code {code}", f"{word} = {cells[word]!r} is no day: 2013-03-28, 2013-03 or 2013"
            )
    known = min(len(cells["from"]), len(cells["until"]))
    if cells["from"][:known] > cells["until"][:known]:
        raise DeclarationError(path.name, f"{place}, code {code}", "ends before it begins")
    other = {name: cells[name] for name in cells if name not in COLUMNS}
    return Code(code, label, cells["group"], cells["from"], cells["until"], other)
