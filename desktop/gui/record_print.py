"""A record on paper or as PDF: its sections with labels and values in words, its lines as tables, its state and number."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.analysis.report import Facts, Grid, Paragraph, Piece, Report
from desktop.gui import printing, prompts
from desktop.gui.list_print import PDF, PRINT, ask_way, foot_of
from desktop.gui.report_paper import paper
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.problems import AppError
from desktop.registers.register import Field, Lines
from desktop.registers.rules import Row
from desktop.store.records import Records

# Of the header, what a reader of the paper asks for; its number and its state stand above.
_HEADER = ("prison", "remarks")
# More columns than these cannot be read on an upright sheet.
MOST_COLUMNS = 7


def print_record(parent: QWidget, records: Records, uid: str, words: Words) -> None:
    """Ask how the record *uid* leaves the program, and let it."""
    number = str(records.read(uid)[0]["number"])
    way = ask_way(parent, words, words("record_print.title"), words("record_print.text", number=number))
    try:
        if way == PRINT:
            _on_paper(parent, records, uid, words)
        elif way == PDF:
            _as_pdf(parent, records, uid, words)
    except AppError as error:
        prompts.tell(parent, words, error)


def _on_paper(parent: QWidget, records: Records, uid: str, words: Words) -> None:
    printer = printing.choose_printer(parent, words("record_print.title"), "printing.no_printer")
    if printer is None:
        return
    printing.set_page(printer)
    # Noted first: paper that nobody can account for would be worse than a note without paper.
    records.zone.log("print", register=records.register.name, uid=uid)
    report = report_of(records, uid, words)
    printing.paint([paper(report)], printer, foot_of(records.zone, words, report.foot))


def _as_pdf(parent: QWidget, records: Records, uid: str, words: Words) -> None:
    report = report_of(records, uid, words)
    target = prompts.choose_target(parent, words("list_print.pdf"), f"{report.name}{PDF}", f"*{PDF}")
    if not target:
        return
    path = Path(target) if target.casefold().endswith(PDF) else Path(f"{target}{PDF}")
    records.zone.log("export", None, {"format": "pdf"}, register=records.register.name, uid=uid)
    printing.write_pdf(path, printing.as_pdf([paper(report)], foot_of(records.zone, words, report.foot)))


def report_of(records: Records, uid: str, words: Words) -> Report:
    """Give the record *uid* as it is read on paper; what was not entered does not stand in it."""
    zone, register = records.zone, records.register
    record, lines = records.read(uid)
    reading, header = Reading(zone.today, dict(zone.definitions.codes)), zone.definitions.header.by_name
    state = reading.codes["record_states"].codes.get(str(record["state"]))
    pieces: list[Piece] = [Paragraph(words.of(state.label) if state else str(record["state"]))]
    for section in register.sections:
        table = register.lines_by_name.get(section.name)
        made: list[Piece] = list(_facts([f for f in register.fields if f.section == section.name], record, reading, words))
        made += list(_grid(table, lines.get(table.name, []), reading, words)) if table else []
        if made:
            title = section.label or (table.label if table else register.label)
            pieces += [Paragraph(words.of(title), "heading"), *made]
    pieces += _facts([header[name] for name in _HEADER], record, reading, words)
    number = str(record["number"])
    return Report(number, words.language, f"{words.of(register.label)}: {number}", tuple(pieces), number)


def _facts(fields: Sequence[Field], row: Row, reading: Reading, words: Words) -> Iterator[Facts]:
    told = [(words.of(f.label), words.brief(row.get(f.name), f, reading)) for f in fields if row.get(f.name) is not None]
    if told:
        yield Facts(tuple(told))


def _grid(table: Lines, rows: Sequence[Row], reading: Reading, words: Words) -> Iterator[Piece]:
    """Set lines as a table of the columns that are used; where those are too many to be read, each line by itself."""
    used = [f for f in table.fields if any(row.get(f.name) is not None for row in rows)]
    if len(used) > MOST_COLUMNS:
        for place, row in enumerate(rows, 1):
            yield Paragraph(f"{words.of(table.label)}, {place}")
            yield from _facts(used, row, reading, words)
    elif used:
        texts = [tuple(words.brief(row.get(f.name), f, reading) for f in used) for row in rows]
        yield Grid(tuple(words.of(f.label) for f in used), tuple(texts))
