"""The question on which printer something goes, as one function, so that a test can answer it."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.registers.problems import AppError

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


def choose_printer(parent: QWidget, title: str, none_there: str) -> "QPrinter | None":
    """Ask for a printer; None for not printing. Raises AppError with the sentence *none_there* where there is none."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

    if not QPrinterInfo.availablePrinterNames():
        raise AppError(none_there)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    # Print queues show the name of a document to everybody.
    printer.setDocName("Depter")
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(title)
    return printer if dialog.exec() else None
