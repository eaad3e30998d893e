"""Write what stayed out of a merge for the person who must put it right: where, which value, what is wrong, what to do."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.exchange.look import LOOKS, height_of
from desktop.exchange.planning import REJECTED, FilePlan
from desktop.exchange.workbook import WRITING, set_page, write_file
from desktop.registers.messages import message

_WIDTHS = {"file": 30, "sheet": 22, "number": 20, "cell": 8, "value": 26, "problem": 44, "advice": 44}


def write_rejected(plans: Sequence[FilePlan], path: Path, language: str = "ru") -> int:
    """Write the problems of every rejected row and every refused file of *plans* to the workbook *path*; give their number.

    Nothing is written where there are none. Raises AppError.
    """
    return write_rows(list(_rows(plans, language)), path, language)


def write_rows(rows: Sequence[Sequence[str]], path: Path, language: str) -> int:
    """Write *rows* (file, sheet, record, cell, value, what is wrong, what to do) likewise; give their number. Raises AppError."""
    if rows:
        write_file(path, _workbook(rows, language))
    return len(rows)


def _rows(plans: Sequence[FilePlan], language: str) -> Iterator[tuple[str, ...]]:
    for plan in plans:
        if plan.refused:
            yield plan.name, "", "", "", "", plan.refused[language], ""
        # What is wrong with a template is put right in the template; a hand-off is made again by the prison's program.
        usual = message("advice.template" if not plan.sequence else "advice.hand_off")
        for row in plan.rows:
            if row.verdict in REJECTED:
                for problem in row.problems:
                    advice = problem.advice or usual
                    yield (
                        plan.name,
                        row.sheet,
                        row.number,
                        problem.cell,
                        problem.value,
                        problem.text[language],
                        advice[language],
                    )


def _workbook(rows: Sequence[Sequence[str]], language: str) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, WRITING)
    looks = {name: book.add_format(LOOKS[name]) for name in ("heading", "words")}
    title = message("sheet.rejected")[language]
    page = book.add_worksheet(title)
    set_page(page, title)
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)
    page.freeze_panes(1, 0)
    widths = list(_WIDTHS.values())
    for place, (name, width) in enumerate(_WIDTHS.items()):
        page.set_column(place, place, width, looks["words"])
        page.write_string(0, place, message(f"sheet.rejected_{name}")[language], looks["heading"])
    for number, row in enumerate(rows, 1):
        page.set_row(number, height_of(row, widths))
        for place, text in enumerate(row):
            if text:
                page.write_string(number, place, text, looks["words"])
    page.autofilter(0, 0, len(rows), len(widths) - 1)
    book.close()
    return content.getvalue()
