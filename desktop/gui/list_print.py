"""A list on paper or as PDF: as it is filtered and sorted, in its columns and with its sums, and written in the history."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPagedPaintDevice, QPdfWriter
from PySide6.QtWidgets import QWidget

from desktop.exchange.copying import names_persons
from desktop.gui import paper_table, printing, progress, prompts
from desktop.gui.list_foot import sums_in_words
from desktop.gui.record_list import PAGE
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.registers.register import Field
from desktop.store import clock
from desktop.store.history import head
from desktop.store.sums import Summing
from desktop.store.zone import Zone

if TYPE_CHECKING:
    from desktop.gui.list_panel import ListPanel

PRINT, PDF, STAY = "print", ".pdf", ""
# The strip above the list that says what became of it.
SAID = "printed"


def ask_way(parent: QWidget, words: Words, title: str, text: str) -> str:
    """Ask whether something is printed or saved as PDF, or neither: `PRINT`, `PDF` or `STAY`."""
    prompt = prompts.Prompt(parent, title, text)
    prompt.answer_by([words("list_print.paper"), words("list_print.pdf"), words("list_print.stay")])
    return (PRINT, PDF, STAY)[prompt.chosen] if prompt.exec() else STAY


def foot_of(zone: Zone, words: Words, more: str = "") -> printing.Foot:
    """Give the foot of what leaves *zone* now: when, by whom, how far the history went, and *more*."""
    told = {"at": f"{clock.now():%d.%m.%Y %H:%M}", "person": zone.person, "head": head(zone.connection).text}
    return lambda page, pages: words("printing.foot", **told, page=page, pages=pages) + (f"\n{more}" if more else "")


def print_list(panel: "ListPanel") -> None:
    """Ask how the list that *panel* shows leaves the program, and let it."""
    words, register, count = panel.words, panel.register, panel.model.rowCount()
    title = words("list_print.title", label=register.label)
    text = words("list_print.text", records=words("list.count", n=count))
    printed = _Printed(panel)
    if printed.identified:
        text = f"{text}\n\n{words('list_print.names')}"
    way = ask_way(panel, words, title, text) if count else STAY
    try:
        if way == PRINT:
            printed.on_paper()
        elif way == PDF:
            printed.as_pdf()
    except AppError as error:
        prompts.tell(panel, words, error)


class _Printed:
    """One list on its way out."""

    def __init__(self, panel: "ListPanel") -> None:
        self.panel, self.records, self.words = panel, panel.records, panel.words
        self.wanted, self.told = panel.wanted, panel.filters.told
        # Who makes no records here takes no names out either, as with an export.
        self.columns = [one for one in panel.model.columns if panel.may_write or not names_persons([one])]
        self.identified = names_persons(self.columns)

    def on_paper(self) -> None:
        """Print it. Raises AppError where there is no printer."""
        printer = printing.choose_printer(self.panel, self.words("list_print.open"), "printing.no_printer")
        if printer is None:
            return
        printing.set_page(printer, landscape=True)
        self._run(partial(self._paint, printer, "print"), lambda pages: self.words("list_print.printed", n=pages))

    def as_pdf(self) -> None:
        """Save it as PDF, under a name that says no more than the register and the day."""
        name = f"{self.panel.register.name}_{self.records.zone.today}{PDF}"
        target = prompts.choose_target(self.panel, self.words("list_print.pdf"), name, f"*{PDF}")
        if not target:
            return
        path = Path(target) if target.casefold().endswith(PDF) else Path(f"{target}{PDF}")
        self._run(partial(self._write, path), lambda _: self.words("list_print.saved", file=path.name))

    def _run(self, work: Callable[[progress.Tell], int], said: Callable[[int], str]) -> None:
        def done(pages: int) -> None:
            self.panel.notices.say(SAID, said(pages), "good")

        def failed(error: AppError) -> None:
            prompts.tell(self.panel, self.words, error)

        count = self.panel.model.rowCount()
        progress.run(self.panel, self.words, self.words("list_print.working"), count, work, done, failed)

    def _write(self, path: Path, tell: progress.Tell) -> int:
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        # The title of a PDF is read by whoever has the file.
        writer.setTitle("Depter")
        writer.setResolution(600)
        printing.set_page(writer, landscape=True)
        pages = self._paint(writer, "export", tell)
        del writer
        printing.write_pdf(path, bytes(content.data()))
        return pages

    def _paint(self, device: QPagedPaintDevice, action: str, tell: progress.Tell) -> int:
        zone, register = self.records.zone, self.records.register
        ids = list(self.records.search(self.wanted))
        # Reading, breaking into pages and painting take about as long.
        rows: list[list[str]] = []
        for start in range(0, len(ids), PAGE):
            rows += self.panel.model.texts(ids[start : start + PAGE], self.columns)
            tell(start, 3 * len(ids))
        last = self._sums(ids)
        note: dict[str, Any] = {
            "records": len(rows), "columns": [one.name for one in self.columns], "identified": self.identified, "format": "pdf",
        }  # fmt: skip
        if action == "print":
            del note["format"]
        # Noted first: paper that nobody can account for would be worse than a note without paper.
        zone.log(action, None, note, register=register.name)
        sheet = paper_table.Sheet(
            self.words.of(register.label), self._second(), [self.words.of(one.label) for one in self.columns],
            [isinstance(one, Field) and one.kind.is_number for one in self.columns], rows, last,
        )  # fmt: skip
        foot = foot_of(zone, self.words, self.told)
        return paper_table.paint(sheet, device, foot, lambda done, of: tell(of // 2 + done, of // 2 + of))

    def _second(self) -> str:
        zone = self.records.zone
        prison = zone.definitions.codes["prisons"].codes.get(zone.station.prison)
        place = self.words.of(prison.label) if prison else zone.station.prison
        return f"{place}\n{self.told}" if self.told else place

    def _sums(self, ids: list[int]) -> str:
        summing = Summing(self.records, self.wanted, ids)
        while summing.go_on():
            pass
        told = [self.words("list.count", n=len(ids)), *sums_in_words(self.records, summing.sums, self.words)]
        return f"{self.words('list_print.total')}: {' · '.join(told)}"
