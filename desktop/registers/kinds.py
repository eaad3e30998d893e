"""Kinds of fields: each owns reading a typed text or a cell, and showing a value to a person.

A value is what the store keeps, and there is no other form of it: text; integer; a decimal as an integer of millionths
(exact, and sums exactly); a date as `YYYY-MM-DD`, or `YYYY-MM` or `YYYY` where less is known; a time as `HH:MM`; yes and
no as 1 and 0; a choice as its code; choices as codes joined by a space; a reference as the other record's number.
The form and the Excel import read through the same kinds, so both accept the same writings.
"""

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from desktop.registers.codes import CodeList
from desktop.registers.labels import LANGUAGES
from desktop.registers.messages import message
from desktop.registers.problems import NotReadable

if TYPE_CHECKING:
    from desktop.registers.register import Field

Value = str | int | None
Cell = str | int | float | Decimal | bool | dt.datetime | dt.date | dt.time | None

MILLIONTHS = 1_000_000
LARGEST = 10**12  # its millionths still fit the store's 64 bits
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Reading:
    """What a kind needs to know to read or show a value: the day it is, and the code lists."""

    today: dt.date
    codes: dict[str, CodeList]


class Kind:
    """Texts as they are; the base of every other kind."""

    column = "TEXT"
    is_words = False
    is_number = False

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Turn what a person typed into a value; None for an empty text. Raises NotReadable."""
        raise NotImplementedError

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write *value* for a person."""
        return "" if value is None else str(value)

    def from_cell(self, cell: Cell, field: "Field", reading: Reading) -> Value:
        """Take a cell of a workbook, typed or text. Raises NotReadable."""
        return self.read(_text_of(cell), field, reading)

    def to_cell(self, value: Value, field: "Field", reading: Reading, language: str) -> Cell:
        """Give the typed cell that carries *value* in a workbook, so that `from_cell` gives the same value back."""
        return None if value is None else self.show(value, field, reading, language)

    def to_rule(self, value: Value) -> str | int | float | None:
        """Give *value* as rules see it, in the field's own unit."""
        return value


def _text_of(cell: Cell) -> str:
    """Write a cell as it would be typed."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


class Text(Kind):
    """A line of words; Unicode is composed, invisible and control characters are dropped, blanks are single."""

    is_words = True

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take any text."""
        return " ".join(clean(text).split()) or None


class Note(Kind):
    """Several lines of words."""

    is_words = True

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take any text, keeping its lines."""
        lines = (" ".join(line.split()) for line in clean(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))
        return "\n".join(lines).strip() or None


def clean(text: str) -> str:
    """Compose *text* (NFC) and drop what nobody can see: control, zero-width and direction characters."""
    composed = unicodedata.normalize("NFC", text.replace(NBSP, " ").replace("\N{NARROW NO-BREAK SPACE}", " "))
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co"))


def plain_number(text: str) -> str:
    """Bring a written number to digits and a point: `1 234,5`, `12.5`, `12ю5` (a comma on the other layout)."""
    return "".join(clean(text).split()).replace(",", ".").replace("ю", ".").replace("\N{MINUS SIGN}", "-")


def without_unit(text: str, field: "Field", reading: Reading) -> str:
    """Bring a written number to digits and a point, and leave out the field's own unit behind it."""
    written = plain_number(text).casefold().rstrip(".")
    if unit := reading.codes["units"].codes.get(field.unit):
        names = {plain_number(unit.label[language]).casefold().rstrip(".") for language in LANGUAGES}
        for name in sorted(names, key=len, reverse=True):
            if written.endswith(name):
                return written.removesuffix(name)
    return written


def _fits(pattern: str, text: str) -> re.Match[str] | None:
    """Match the whole of *text*; a digit is one of 0 to 9, for those of other scripts are easily taken for one another."""
    return re.fullmatch(pattern, text, re.ASCII)


def _no_number(name: str, text: str, written: str, field: "Field", reading: Reading) -> NotReadable:
    """Word why *text* is no number, naming a unit that is not the field's own: what is entered is never converted."""
    match = _fits(r"[+-]?[0-9.]+(\D+)", written)
    own = reading.codes["units"].codes.get(field.unit)
    if match and own and reading.codes["units"].find(match[1]):
        return NotReadable("reading.other_unit", text=text.strip(), unit=own.label)
    return NotReadable(name, text=text.strip())


class Integer(Kind):
    """Whole numbers."""

    column = "INTEGER"
    is_number = True

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take digits, with any blanks between thousands, and the field's own unit behind them.

        A point and three noughts are refused: 1,000 may be a thousand or one.
        """
        digits = without_unit(text, field, reading)
        if not digits:
            return None
        if not _fits(r"[+-]?\d{1,15}(\.0{1,2})?", digits):
            raise _no_number("reading.integer", text, digits, field, reading)
        return int(digits.partition(".")[0])

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write the digits in groups of three from ten thousand on, so that a year stays whole."""
        if not isinstance(value, int):
            return ""
        return f"{value:,}".replace(",", NBSP) if abs(value) >= 10_000 else str(value)

    def to_cell(self, value: Value, field: "Field", reading: Reading, language: str) -> Cell:
        """Give the number."""
        return value


# What stands between the factors of a product, as it is typed on either layout of the keyboard.
_TIMES = re.compile("[×*xх]")


class Amount(Kind):
    """Decimals, kept as integers of millionths."""

    column = "INTEGER"
    is_number = True

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take a decimal comma or point, and the field's own unit behind it; packages may be counted as `3 × 0,5`."""
        written = without_unit(text, field, reading)
        if not written:
            return None
        if product := _product(written):
            return self._millionths(product, field, text)
        if not _fits(r"[+-]?(\d{1,12}(\.\d*)?|\.\d+)", written):
            raise _no_number("reading.decimal", text, written, field, reading)
        return self._millionths(Decimal(written), field, text)

    def from_cell(self, cell: Cell, field: "Field", reading: Reading) -> Value:
        """Take a number to the nearest millionth, as Excel keeps binary fractions, or a written one."""
        if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
            try:
                number = Decimal(repr(cell) if isinstance(cell, float) else cell)
                return self._millionths(number.quantize(Decimal("0.000001")), field, str(cell))
            except InvalidOperation:
                raise NotReadable("reading.decimal", text=str(cell)) from None
        if is_product(_text_of(cell)):
            # Whoever types it sees what comes of it; in a workbook nobody would.
            raise NotReadable("reading.decimal", text=str(cell))
        return super().from_cell(cell, field, reading)

    @staticmethod
    def _millionths(number: Decimal, field: "Field", text: str) -> int:
        if abs(number) >= LARGEST:
            raise NotReadable("reading.decimal", text=text.strip())
        if number != round(number, field.digits):
            raise NotReadable("reading.digits", text=text.strip(), n=field.digits)
        return int(number * MILLIONTHS)

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write with a decimal comma (a point in English) and no needless zeros."""
        return show_millionths(value, language) if isinstance(value, int) else ""

    def to_cell(self, value: Value, field: "Field", reading: Reading, language: str) -> Cell:
        """Give the number."""
        return value / MILLIONTHS if isinstance(value, int) else None

    def to_rule(self, value: Value) -> str | int | float | None:
        """Give the number in the field's own unit."""
        return value / MILLIONTHS if isinstance(value, int) else None


def is_product(text: str) -> bool:
    """Tell whether *text* is a number of packages and what one holds, `3 × 0,5`."""
    return _product(plain_number(text).casefold()) is not None


def _product(written: str) -> Decimal | None:
    parts = _TIMES.split(written)
    if len(parts) < 2 or not all(_fits(r"\d{1,12}(\.\d{1,6})?", part) for part in parts):
        return None
    return math.prod((Decimal(part) for part in parts), start=Decimal(1))


def show_millionths(value: int, language: str) -> str:
    """Write an integer of millionths as a decimal number for a person."""
    whole, part = divmod(abs(value), MILLIONTHS)
    groups = f"{whole:,}".replace(",", NBSP) if whole >= 10_000 else str(whole)
    fraction = f"{part:06}".rstrip("0")
    mark = "." if language == "en" else ","
    return f"{'-' if value < 0 else ''}{groups}{mark if fraction else ''}{fraction}"


_TODAY = {"с", "c", "=", "s", "t", "today", "сегодня", "бүгүн"}
_YESTERDAY = {"в", "d", "вчера", "yesterday", "кечээ"}
_PARTS = {"day": 3, "month": 2, "year": 1}


class Date(Kind):
    """Days, or months or years where no more is known, typed the way clerks type them."""

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take `280313`, `28.3.13`, `28/3`, `28`, `2013-03-28`, `с` (today), `в` (yesterday), `-1` and `+7`.

        Where the field's precision allows it, `03.2013` or `2013` as well.
        """
        written = clean(text).strip().casefold()
        if not written:
            return None
        if field.coarse:
            return self._coarse(written, field, reading, text)
        found = self._relative(written, reading.today) or self._day(written, field, reading.today)
        found = found or self._less_than_a_day(written, field)
        if not found:
            raise NotReadable("reading.date", text=text.strip(), example=f"{reading.today:%d.%m.%Y}")
        return found

    def _coarse(self, written: str, field: "Field", reading: Reading, text: str) -> str:
        """Read a field that is always a month or a year, from as much as was typed."""
        length = {"month": 7, "year": 4}[field.precision]
        if found := self._less_than_a_day(written, field):
            return found
        if found := self._relative(written, reading.today) or self._day(written, field, reading.today):
            return found[:length]
        raise NotReadable("reading.month", text=text.strip(), example=f"{reading.today:%m.%Y}")

    @staticmethod
    def _relative(written: str, today: dt.date) -> str | None:
        if written in _TODAY:
            return today.isoformat()
        if written in _YESTERDAY:
            return (today - dt.timedelta(days=1)).isoformat()
        if _fits(r"[+-]\d{1,3}", written):
            return (today + dt.timedelta(days=int(written))).isoformat()
        return None

    @staticmethod
    def _day(written: str, field: "Field", today: dt.date) -> str | None:
        if match := _fits(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ t]00:00(?::00(?:\.0+)?)?)?", written):
            return _iso(int(match[1]), int(match[2]), int(match[3]))
        if _fits(r"\d{6}|\d{8}", written):
            parts = [written[:2], written[2:4], written[4:]]
        elif _fits(r"\d{4}", written) and field.precision == "day":
            parts = [written[:2], written[2:]]
        else:
            parts = re.split(r"[./\-, ]+", written.removesuffix("г.").removesuffix("г").rstrip(" ."))
        if not 1 <= len(parts) <= 3 or not all(_fits(r"\d{1,2}", part) for part in parts[:2]):
            return None
        if len(parts) == 3 and not _fits(r"\d{2}|\d{4}", parts[2]):
            return None
        month = int(parts[1]) if len(parts) > 1 else today.month
        year = _full_year(parts[2], field, today) if len(parts) > 2 else today.year
        return _iso(year, month, int(parts[0]))

    @staticmethod
    def _less_than_a_day(written: str, field: "Field") -> str | None:
        if _PARTS[field.precision] <= 2:
            if match := _fits(r"(\d{4})-(\d{1,2})", written) or _fits(r"(\d{4})[./](\d{1,2})", written):
                return _iso(int(match[1]), int(match[2]), 1, 7)
            if match := _fits(r"(\d{1,2})[./\- ](\d{4})", written):
                return _iso(int(match[2]), int(match[1]), 1, 7)
        if field.precision == "year" and (match := _fits(r"(\d{4})", written)):
            return _iso(int(match[1]), 1, 1, 4)
        return None

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write `dd.mm.yyyy`, `mm.yyyy` or `yyyy`, in every language the same."""
        return ".".join(reversed(str(value).split("-"))) if value else ""

    def from_cell(self, cell: Cell, field: "Field", reading: Reading) -> Value:
        """Take a real Excel date, or a written one."""
        if isinstance(cell, dt.datetime | dt.date):
            day = cell.strftime("%Y-%m-%d")
            return day[: {"month": 7, "year": 4}[field.precision]] if field.coarse else day
        written = clean(_text_of(cell)).strip().casefold()
        # What is short for whoever types today would be another day whenever the file is read.
        is_short = _fits(r"\d{1,4}|\d{1,2}[./\-, ]+\d{1,2}[. ]*", written) and not self._less_than_a_day(written, field)
        if is_short or self._relative(written, reading.today):
            raise NotReadable("reading.whole_date", text=written)
        return super().from_cell(cell, field, reading)

    def to_cell(self, value: Value, field: "Field", reading: Reading, language: str) -> Cell:
        """Give a real date where the day is known and Excel knows it, otherwise the text."""
        if isinstance(value, str) and len(value) == 10 and value >= "1900-03-01":
            return dt.date.fromisoformat(value)
        return self.show(value, field, reading, language) or None


def _iso(year: int, month: int, day: int, length: int = 10) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()[:length] if 1880 <= year <= 2199 else None
    except ValueError:
        return None


def _full_year(written: str, field: "Field", today: dt.date) -> int:
    """Read a year of two digits as the latest that the field can mean."""
    if len(written) == 4:
        return int(written)
    latest = today.year + (20 if field.future else 0)
    century = latest - latest % 100
    year = century + int(written)
    return year if year <= latest else year - 100


class Time(Kind):
    """Hours and minutes."""

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take `1430`, `14:30`, `14.30`, `9`."""
        written = clean(text).strip()
        if not written:
            return None
        match = _fits(r"(\d{1,2})(?:[:.,\- ]?(\d{2}))?(?::00)?", written)
        if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
            raise NotReadable("reading.time", text=written)
        return f"{int(match[1]):02}:{int(match[2] or 0):02}"

    def from_cell(self, cell: Cell, field: "Field", reading: Reading) -> Value:
        """Take a real Excel time, or a written one."""
        if isinstance(cell, dt.datetime | dt.time):
            return cell.strftime("%H:%M")
        return super().from_cell(cell, field, reading)


class YesNo(Kind):
    """Yes or no."""

    column = "INTEGER"
    _words = ({"нет", "жок", "no", "n", "н", "ж", "0", "-", "false", "ложь"},
              {"да", "ооба", "yes", "y", "д", "о", "1", "+", "true", "истина"})  # fmt: skip

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take the word or its first letter in any language, `+` and `-`, `1` and `0`."""
        written = clean(text).strip().casefold()
        if not written:
            return None
        for value, words in enumerate(self._words):
            if written in words:
                return value
        raise NotReadable("reading.yes_no", text=text.strip())

    def from_cell(self, cell: Cell, field: "Field", reading: Reading) -> Value:
        """Take the same, but for a dash: in a form it is the key of no, in a sheet it may as well mean that nobody knows."""
        if str(cell).strip() == "-":
            raise NotReadable("reading.yes_no", text="-")
        return super().from_cell(cell, field, reading)

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write the word."""
        return "" if value is None else message("value.yes" if value else "value.no")[language]


class Choice(Kind):
    """One code of a code list."""

    is_words = True

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take a code, a label in any language, or both."""
        if not text.strip():
            return None
        if code := reading.codes[field.codes].find(clean(text)):
            return code
        raise NotReadable("reading.choice", text=text.strip(), label=field.label)

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write the code with its label."""
        return reading.codes[field.codes].show(str(value), language) if value else ""


class Choices(Kind):
    """Several codes of a code list, in the order of the list."""

    is_words = True

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take codes or labels separated by semicolons or line breaks, or bare codes separated by blanks or commas."""
        codes = reading.codes[field.codes]
        parts = [part.strip() for part in re.split(r"[;\n]", clean(text)) if part.strip()]
        if len(parts) == 1 and not codes.find(parts[0]):
            bare = re.split(r"[,\s]+", parts[0])
            parts = bare if all(codes.find(part) for part in bare) else parts
        chosen = {}
        for part in parts:
            if not (code := codes.find(part)):
                raise NotReadable("reading.choice", text=part, label=field.label)
            chosen[code] = True
        return " ".join(code for code in codes.codes if code in chosen) or None

    def show(self, value: Value, field: "Field", reading: Reading, language: str) -> str:
        """Write each code with its label."""
        return "; ".join(reading.codes[field.codes].show(code, language) for code in str(value or "").split())


class Reference(Kind):
    """The number of another record of the same zone."""

    def read(self, text: str, field: "Field", reading: Reading) -> Value:
        """Take the record's number, and leave out the name that may follow it."""
        written = clean(text).partition(" ")[0].strip()
        return written.upper() or None


KINDS: dict[str, Kind] = {
    "text": Text(),
    "note": Note(),
    "integer": Integer(),
    "decimal": Amount(),
    "date": Date(),
    "time": Time(),
    "yes_no": YesNo(),
    "choice": Choice(),
    "choices": Choices(),
    "reference": Reference(),
}
