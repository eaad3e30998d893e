"""How a workbook looks on the screen and on paper: a head of prison reads, prints and signs it."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from desktop.registers.register import Field

_CELL = {"valign": "vcenter", "bottom": 1, "bottom_color": "#dde3e9"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "text_wrap": True, "valign": "vcenter"},
    "label": {"font_color": "#45525f", "valign": "top"},
    "text": {"bold": True, "text_wrap": True, "valign": "top"},
    "plain": {"text_wrap": True, "valign": "top"},
    "ruled": {"bottom": 1, "bottom_color": "#c3cdd6", "text_wrap": True, "valign": "top"},
    "signed": {"bottom": 1},
    "under": {"font_color": "#45525f", "font_size": 9, "align": "center", "valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e3f1f0", "bottom": 1},
    "required": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#bfe0dd", "bottom": 1},
    "date": {"num_format": "dd.mm.yyyy", "align": "left", **_CELL},
    "number": {"num_format": "General", "align": "right", "indent": 1, **_CELL},
    "words": {"num_format": "@", "text_wrap": True, **_CELL},
}

# In characters of the workbook's font, as Excel measures columns.
_NARROWEST, _WIDEST = 7, {"note": 44, "text": 30, "choices": 32, "choice": 26}
LINE_HEIGHT = 15  # points
_MOST_LINES = 27  # Excel's rows end at 409 points
# What fits across A4 in landscape at the least size that is read with ease.
_PAGE_WIDTH = 215


def look_of(f: Field) -> str:
    """Name the look of a column's cells."""
    if f.kind_name == "date" and not f.coarse:
        return "date"
    return "number" if f.kind.is_number else "words"


def width_of(f: Field, heading: str, texts: Iterable[str]) -> int:
    """Give the width of a column: what its cells need, within reason, and no word of its heading is broken."""
    longest_word = max((len(word) for word in heading.split(" ")), default=0)
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    wanted = max(longest, longest_word, len(heading) // 3, _NARROWEST)
    return max(min(wanted, _WIDEST.get(f.kind_name, 14)), longest_word) + 2


def height_of(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Give the height in points of a row whose cells wrap in columns of *widths*."""
    return LINE_HEIGHT * min(max(map(_lines, texts, widths), default=1), _MOST_LINES)


def _lines(text: str, width: int) -> int:
    if len(text) <= width - 1 and "\n" not in text:
        return 1
    return sum(max(len(textwrap.wrap(line, width - 1)), 1) for line in text.split("\n"))


def pages_across(widths: Iterable[int]) -> int:
    """Tell over how many pages a sheet is printed side by side, so that it stays readable."""
    return max(-(-sum(widths) // _PAGE_WIDTH), 1)
