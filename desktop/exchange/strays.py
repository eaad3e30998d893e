"""Files that lie among the hand-offs by mistake: workbooks of this program that are none, and months that stand apart."""

from collections import Counter
from collections.abc import Iterable, Sequence

from desktop.exchange.reading import Parsed
from desktop.registers.labels import Label
from desktop.registers.messages import message

# What each of this program's other workbooks calls one of its sheets, in some language.
_SHEETS = {"list_export.about": "stray.list", "sheet.rejected": "stray.rejected"}
_CODE_LIST = "depter-codes/"


def own_workbook(parsed: Parsed) -> str:
    """Name the sentence on a workbook that this program wrote for something else, "" where it knows none."""
    if parsed.meta.get("format", "").startswith(_CODE_LIST):
        return "stray.code_list"
    titles = set(parsed.grids)
    return next((said for name, said in _SHEETS.items() if titles & set(message(name).values())), "")


def usual_month(months: Iterable[str]) -> str:
    """Give the month that more than half of at least three files are of, "" where there is none."""
    counted = Counter(months)
    month, n = max(counted.items(), key=lambda pair: pair[1], default=("", 0))
    return month if n * 2 > counted.total() > 2 else ""


def odd_month(month: str, usual: str, before: Sequence[str], today: str) -> Label | None:
    """Say what is odd in the *month* of a file, by the *usual* one, those that its prison sent *before*, and *today*'s month."""
    if month > today:
        return message("stray.ahead", month=_in_words(month))
    last = usual or max(before, default="")
    if last and month[5:] == last[5:] and month < last:
        return message("stray.last_year", month=_in_words(month), usual=_in_words(last))
    if usual and month != usual:
        return message("stray.other_month", month=_in_words(month), usual=_in_words(usual))
    return None


def _in_words(month: str) -> Label:
    year, number = month.split("-")
    return Label({language: f"{name} {year}" for language, name in message(f"month.m{int(number)}").items()})
