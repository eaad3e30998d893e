"""A report as a Word document, which a clinic can read, complete and print with what it has."""

import io
from typing import TYPE_CHECKING

from desktop.analysis.report import BLANK, Cut, Facts, Grid, Paragraph, Report, Signatures

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph as Written

# A font that is on every computer that has an office program.
FONT, POINTS, TITLE_POINTS, SMALL_POINTS = "Times New Roman", 11, 14, 8
SUFFIX = ".docx"
_MARGIN, _WIDTHS = 2.0, (3.9, 4.6, 3.9, 4.6)  # centimetres
_CUT = "✂ " + "– " * 44


def as_word(report: Report) -> bytes:
    """Give *report* as the content of a .docx file, which names nobody as its author."""
    import docx

    made = docx.Document()
    _set_page(made, report)
    title = _write(made, report.title, bold=True)
    _size(title, TITLE_POINTS)
    for piece in report.pieces:
        match piece:
            case Paragraph():
                _write_paragraph(made, piece)
            case Facts():
                _write_facts(made, piece)
            case Grid():
                _write_grid(made, piece)
            case Signatures(who):
                _write_signatures(made, who)
            case Cut():
                _write(made, _CUT, before=10)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _set_page(made: "Document", report: Report) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    page = made.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN)
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(POINTS)
    # Word keeps a second font for letters that it takes for Asian, Kyrgyz ones among them.
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    foot = page.footer.paragraphs[0]
    foot.add_run(report.foot)
    _size(foot, SMALL_POINTS)
    told = made.core_properties
    told.author, told.last_modified_by, told.title, told.comments, told.language = "Depter", "", "", "", report.language


def _write(made: "Document", text: str, *, bold: bool = False, before: float = 0) -> "Written":
    from docx.shared import Pt

    written = made.add_paragraph()
    for place, line in enumerate(text.split("\n")):
        run = written.add_run(line)
        run.bold = bold
        if place < text.count("\n"):
            run.add_break()
    written.paragraph_format.space_before, written.paragraph_format.space_after = Pt(before), Pt(4)
    return written


def _size(written: "Written", points: float) -> None:
    from docx.shared import Pt

    for run in written.runs:
        run.font.size = Pt(points)


def _write_paragraph(made: "Document", piece: Paragraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    is_heading = piece.kind == "heading"
    written = _write(made, piece.text, bold=is_heading, before=8 if is_heading else 0)
    written.paragraph_format.keep_with_next = is_heading
    if piece.is_right:
        written.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _write_facts(made: "Document", facts: Facts) -> None:
    from docx.shared import Cm

    table = made.add_table(0, 4)
    table.autofit = False
    for pair in facts.pairs:
        texts = [text for row in pair for text in row]
        for place, (cell, text) in enumerate(zip(table.add_row().cells, texts, strict=True)):
            cell.text, cell.width = text, Cm(_WIDTHS[place])
    _close_up(table, POINTS - 1)


def _write_signatures(made: "Document", who: tuple[str, ...]) -> None:
    table = made.add_table(1, len(who))
    for cell, one in zip(table.rows[0].cells, who, strict=True):
        cell.text = f"\n{one}\n{BLANK}{BLANK}"
    _close_up(table, POINTS - 1)


def _write_grid(made: "Document", grid: Grid) -> None:
    table = made.add_table(0, len(grid.headings), "Table Grid")
    for place, row in enumerate((grid.headings, *grid.rows)):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.bold = not place
    _close_up(table, SMALL_POINTS + 1)


def _close_up(table: "Table", points: float = POINTS) -> None:
    from docx.shared import Pt

    for row in table.rows:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            _size(cell.paragraphs[0], points)
