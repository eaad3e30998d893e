"""A report on paper or as PDF: its pieces as one document of the bundled font."""

from collections.abc import Iterable
from html import escape

from PySide6.QtGui import QTextDocument

from desktop.analysis.report import BLANK, Cut, Facts, Grid, Paragraph, Piece, Report, Signatures
from desktop.gui import printing
from desktop.gui.look import PAPER

_CUT = "✂ " + "– " * 60
# A table that ends in an empty cell takes the space below it along.
EMPTY = "&nbsp;"


def paper(report: Report) -> QTextDocument:
    """Set *report*."""
    return printing.document_of(f"<h1>{escape(report.title)}</h1>" + "".join(map(_html, report.pieces)))


def as_pdf(report: Report) -> bytes:
    """Give *report* as PDF."""
    return printing.as_pdf([paper(report)], foot(report))


def foot(report: Report) -> printing.Foot:
    """Give what stands at the foot of each page."""
    return lambda page, pages: report.foot if pages == 1 else f"{report.foot} · {page}/{pages}"


def _html(piece: Piece) -> str:
    match piece:
        case Paragraph():
            made = _paragraph(piece)
        case Facts():
            made = _facts(piece)
        case Grid(headings, rows):
            made = _grid(headings, rows)
        case Signatures(who):
            cells = "".join(f"<td width='50%'><br>{escape(one)}<br>{BLANK}{BLANK}</td>" for one in who)
            made = f"<table width='100%'><tr>{cells}</tr></table>"
        case Cut():
            made = f"<p class='second'>{_CUT}</p>"
    return made


def _paragraph(piece: Paragraph) -> str:
    if piece.kind == "heading":
        return f"<h2 style='margin-top: 14px; margin-bottom: 2px'>{escape(piece.text)}</h2>"
    lines, side = escape(piece.text).replace("\n", "<br>"), "right" if piece.is_right else "left"
    return f"<p align='{side}'>{lines}</p>"


def _facts(facts: Facts) -> str:
    body = "".join(
        "<tr>"
        + "".join(
            f"<td width='20%' class='second'>{escape(n) or EMPTY}</td><td width='30%'>{escape(v) or EMPTY}</td>"
            for n, v in pair
        )
        + "</tr>"
        for pair in facts.pairs
    )
    return f"<table width='100%' cellpadding='2'>{body}</table>"


def _grid(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    style = f"border-collapse: collapse; border-color: {PAPER['edge']}"
    return f"<table width='100%' border='1' cellspacing='0' cellpadding='3' style='{style}'><tr>{head}</tr>{body}</table>"
