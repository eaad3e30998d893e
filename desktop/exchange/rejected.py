"""Give back what stayed out of a merge to the person who must put it right: a list, and the sender's own sheets marked.

All of it is written anew from the values that were read, never by changing the file that was sent.
"""

import datetime as dt
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.exchange.cells import place_of, shown
from desktop.exchange.look import LOOKS, height_of
from desktop.exchange.planning import REJECTED, FilePlan, Sent
from desktop.exchange.workbook import fitting, set_page, sheet_title, write_file
from desktop.registers.messages import message

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {"file": 30, "sheet": 22, "number": 20, "cell": 8, "value": 26, "problem": 44, "advice": 44}
# A marked cell stands out from those of its row in every look.
_MARKED = {"bg_color": "#f8d0cc", "border": 1, "border_color": "#b3261e"}
_LOOKS = ("heading", "words", "date", "number")
_WIDTH_OF_SHEET = 18
_COMMENT = {"x_scale": 2.4, "y_scale": 1.6, "font_size": 9}


@dataclass(frozen=True)
class _Row:
    """One line of the list, and the place in the sender's sheet that it speaks of."""

    plan: FilePlan
    sheet: str
    row: int
    number: str
    cell: str
    value: str
    problem: str
    advice: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Give the line as it is read; a value that must not be written in the clear is left out."""
        value = "" if self.plan.must_be_sealed else self.value
        return self.plan.name, self.sheet, self.number, self.cell, value, self.problem, self.advice


def write_rejected(plans: Sequence[FilePlan], path: Path, language: str = "ru") -> int:
    """Write every rejected row and every refused file of *plans* to the workbook *path*; give the number of problems.

    Nothing is written where there are none. What must be sealed is named by its cells only. Raises AppError.
    """
    rows = list(_rows(plans, language))
    if rows:
        write_file(path, _workbook(rows, language, [row.texts for row in rows]))
    return len(rows)


def write_rows(rows: Sequence[Sequence[str]], path: Path, language: str) -> int:
    """Write *rows* (file, sheet, record, cell, value, what is wrong, what to do) as such a list; give their number.

    Raises AppError.
    """
    if rows:
        write_file(path, _workbook((), language, rows))
    return len(rows)


def _rows(plans: Sequence[FilePlan], language: str) -> Iterator[_Row]:
    for plan in plans:
        if plan.refused:
            yield _Row(plan, "", 0, "", "", "", plan.refused[language], "")
        # What is wrong with a template is put right in the template; a hand-off is made again by the prison's program.
        usual = message("advice.template" if not plan.sequence else "advice.hand_off")
        for row in plan.rows:
            for problem in row.problems if row.verdict in REJECTED else ():
                said, advice = problem.text[language], (problem.advice or usual)[language]
                yield _Row(plan, row.sheet, row.row, row.number, problem.cell, problem.value, said, advice)


def _workbook(rows: Sequence[_Row], language: str, listed: Sequence[Sequence[str]]) -> bytes:
    from desktop.exchange.book import Book

    content = io.BytesIO()
    book = Book(content)
    writer = _Writer(book, language)
    writer.write_list(listed)
    writer.write_sheets(rows)
    book.close()
    return content.getvalue()


class _Writer:
    """Writes the list, and behind it the sheets as they were sent, with the cells marked."""

    def __init__(self, book: "xlsxwriter.Workbook", language: str) -> None:
        self.book, self.language = book, language
        self.looks = {name: book.add_format(LOOKS[name]) for name in _LOOKS}
        self.marked = {name: book.add_format(LOOKS[name] | _MARKED) for name in _LOOKS}
        self.titles: list[str] = []

    def write_list(self, rows: Sequence[Sequence[str]]) -> None:
        """Write a line for each problem: where, which value, what is wrong, what to do."""
        page = self._page(message("sheet.rejected")[self.language])
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)
        page.freeze_panes(1, 0)
        widths = list(_WIDTHS.values())
        for place, (name, width) in enumerate(_WIDTHS.items()):
            page.set_column(place, place, width, self.looks["words"])
            page.write_string(0, place, message(f"sheet.rejected_{name}")[self.language], self.looks["heading"])
        for number, row in enumerate(rows, 1):
            page.set_row(number, height_of(row, widths))
            for place, text in enumerate(row):
                if text:
                    page.write_string(number, place, fitting(text), self.looks["words"])
        page.autofilter(0, 0, len(rows), len(widths) - 1)

    def write_sheets(self, rows: Sequence[_Row]) -> None:
        """Write the rejected rows of each sheet where they stood, so that every cell has the name it has in the list."""
        found: dict[tuple[int, str], list[_Row]] = {}
        for row in rows:
            if row.sheet in row.plan.sent and not row.plan.must_be_sealed:
                found.setdefault((id(row.plan), row.sheet), []).append(row)
        several = len({plan for plan, _ in found}) > 1
        for (_, sheet), of_sheet in found.items():
            plan = of_sheet[0].plan
            page = self._page(f"{plan.prison} {sheet}" if several else sheet)
            self._write_sent(page, plan.sent[sheet], of_sheet)

    def _page(self, title: str) -> "Worksheet":
        self.titles.append(sheet_title(title, self.titles))
        page = self.book.add_worksheet(self.titles[-1])
        set_page(page, self.titles[-1])
        return page

    def _write_sent(self, page: "Worksheet", sent: Sent, rows: Sequence[_Row]) -> None:
        said: dict[int, dict[int, list[str]]] = {}
        for row in rows:
            number, place = _place(row)
            said.setdefault(number, {}).setdefault(place, []).append(f"{row.problem}\n{row.advice}")
        # The rows that were taken are hidden, not left out: so those that were not keep their places.
        page.set_default_row(hide_unused_rows=True)
        page.set_column(0, max(map(len, sent.rows.values()), default=1), _WIDTH_OF_SHEET)
        for number, cells in enumerate(sent.head, 1):
            page.set_row(number - 1, None, None, {"hidden": number < len(sent.head)})
            self._write_cells(page, number, cells, {}, "heading")
        for number, cells in sent.rows.items():
            page.set_row(number - 1, None)
            self._write_cells(page, number, cells, said.get(number, {}), "")
        page.freeze_panes(len(sent.head), 0)

    def _write_cells(
        self, page: "Worksheet", number: int, cells: Sequence[Any], said: Mapping[int, list[str]], look: str
    ) -> None:
        for place in range(max(len(cells), 1 + max(said, default=-1))):
            cell = cells[place] if place < len(cells) else ""
            looks = self.marked if place in said else self.looks
            _write(page, number - 1, place, cell, looks[look or _look_of(cell)], always=place in said)
        for place, texts in said.items():
            page.write_comment(number - 1, place, "\n\n".join(texts), _COMMENT)


def _place(row: _Row) -> tuple[int, int]:
    """Give the place of the cell that a problem speaks of; one that speaks of the whole row stands at its beginning."""
    try:
        return place_of(row.cell)
    except ValueError:
        return row.row, 0


def _look_of(cell: object) -> str:
    if isinstance(cell, dt.date):
        return "date"
    return "number" if isinstance(cell, int | float) and not isinstance(cell, bool) else "words"


def _write(page: "Worksheet", row: int, place: int, cell: Any, look: "Format", *, always: bool) -> None:
    """Write a cell as what it was: a date, a number or a text, which is never a formula."""
    if isinstance(cell, dt.date):
        page.write_datetime(row, place, cell, look)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        page.write_number(row, place, cell, look)
    elif text := fitting(shown(cell)):
        page.write_string(row, place, text, look)
    elif always:
        page.write_blank(row, place, None, look)
