"""Start the window, and let no failure pass unseen."""

import logging
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtWidgets import QApplication, QWidget

from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.gui.prompts import tell
from desktop.gui.watch import Watch, hear_of_session
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store.driver import in_words

log = logging.getLogger("depter")


def start(folder: Path, definitions: Definitions) -> int:
    """Show the window until it is closed, and give its exit code; where no station lies in *folder*, one is made first."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101 - this program makes no other
    dress(app)
    window = MainWindow(folder, definitions)
    watch = Watch(app)
    watch.left.connect(window.lock)
    heard = hear_of_session(app, watch, int(window.winId()))
    sys.excepthook = _crashed(window, window.words)
    window.resize(1366, 728)
    window.showMaximized()
    code = app.exec()
    sys.excepthook = sys.__excepthook__
    if heard:
        app.removeNativeEventFilter(heard)
    return code


def _crashed(parent: QWidget, words: Words):  # type: ignore[no-untyped-def]  # noqa: ANN202 - sys.excepthook's own type
    """Make the hook that tells of a bug: where in the program, never with what data."""

    def tell_of(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if worded := error if isinstance(error, AppError) else in_words(error):
            tell(parent, words, worded)
            return
        place = trace
        while place and place.tb_next:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).stem}:{place.tb_lineno}" if place else "?"
        log.error("%s at %s", kind.__name__, where)
        tell(parent, words, AppError("window.crashed", where=where, kind=kind.__name__))

    return tell_of
