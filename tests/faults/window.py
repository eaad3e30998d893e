"""The window after a fault: it opens to its log-in, lets the person in and shows every register; and what chance does to it."""

import os
import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from desktop.registers.problems import AppError
from desktop.store.records import Records
from tests.faults import bad
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.shim import CHANGES, KILL, KILL_HALFWAY, Shim
from tests.faults.work import NEW_PASSWORD, PASSWORD, Work, definitions_in, worded

SCENES_OF_A_STATION = ("save", "hand off", "migrate", "back up", "restore", "people and keys")
# Milliseconds that a window may take to open all files, on a machine that is busy with other tests.
PATIENCE = 30_000


# After a fault


def opens(bench: Bench, most: int) -> Tally:
    """Kill a program, then open the window on what it left, and log in."""
    tally = Tally("window after SIGKILL")
    with measured(tally):
        for build, many in ((shipped, most), (bad.without_journal, max(4, most // 10))):
            roots = [_left(bench, n, build) for n in range(many)]
            for (root, told, what), said in zip(
                roots, bench.ask(partial(_open_all, [str(r) for r, _, _ in roots])), strict=True
            ):
                bench.remember(root)
                bench.count(tally, what, told, said, bad=build is not shipped)
    return tally


def _left(bench: Bench, n: int, build: Build) -> tuple[Path, Told, str]:
    chance = bench.chance("window", build.__name__, n)
    scene = "save" if build is not shipped else SCENES_OF_A_STATION[n % len(SCENES_OF_A_STATION)]
    root, told = bench.fresh(scene, f"left {build.__name__} {n}")
    # Without a journal, most of the calls are the writes themselves.
    at = 1 + chance.randrange(bench.calls(scene, CHANGES, build))
    act = KILL_HALFWAY if build is not shipped or n % 2 else KILL
    _, run = bench.run(scene, lambda shim: shim.arm(act, CHANGES, at), build=build, root=root)
    return root, Told(told + run.told.events[len(told) :]), f"{scene}, call {at}"


def _open_all(roots: list[str]) -> list[list[str]]:
    """Open the window on each station in turn; what it says of a failure is what is wrong."""
    from desktop.gui import prompts
    from desktop.gui.look import dress

    dress(_application())
    said: list[str] = []
    prompts.tell = lambda _parent, _words, error: said.append(error.name)
    prompts.ask_recover = lambda *_: True
    found = []
    for root in roots:
        said.clear()
        try:
            _open(Path(root) / "station")
        except Exception as error:
            if not (failure := worded(error)):
                raise
            said.append(failure.name)
        found.append(list(said))
    return found


def _application() -> Any:
    """Begin a program without a screen, whose platform does not tell all that it cannot do."""
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    qInstallMessageHandler(lambda *_: None)
    return QApplication.instance() or QApplication([])


def _open(station: Path) -> None:
    """Log in as a person does, by the password of before or after, and look at every page."""
    from PySide6.QtWidgets import QApplication

    from desktop.gui.main_window import MainWindow

    definitions = definitions_in(station)
    window = MainWindow(station, definitions)
    window.show()
    messages = [_log_in(window, password) for password in (PASSWORD, NEW_PASSWORD) if window.vault is None]
    if window.vault is None:
        raise AppError("vault.wrong_password", cause=messages)
    for register in definitions.registers:
        window.show_page(register)
        window.pages[register].begin()
        window.pages[register].form.is_dirty = False
    window.vault.close()
    window.vault = None
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def _log_in(window: Any, password: str) -> str:
    from PySide6.QtWidgets import QApplication

    window.unlock_page.password.setText(password)
    window.unlock_page.enter.click()
    ends = time.monotonic() + PATIENCE / 1000
    while not window.isEnabled() and time.monotonic() < ends:
        QApplication.processEvents()
    message: str = window.unlock_page.message.text() if window.vault is None else ""
    return message


# Chance at the keyboard


def monkeys(bench: Bench, most: int) -> Tally:
    """Let chance click and type in the window, and kill it in the midst of it."""
    tally = Tally("random keys and clicks, then SIGKILL")
    with measured(tally):
        # Chance kills one in four before anything is at stake: several tries, or the row would now and then prove nothing.
        for build, many in ((shipped, most), (bad.committing_later, max(5, most // 20))):
            for n in range(many):
                chance = bench.chance("monkey", build.__name__, n)
                root, told = bench.fresh("save")
                run = bench.play(root, told, partial(_play, bench.shim, chance), build=build)
                saved = any(event.get("done") == "save" for event in run.told.events[len(told) :])
                wrong = [run.crash] if run.crash else []
                wrong += [event["kind"] for event in run.told.done("crash")]
                bench.judge(
                    tally, root, "save", run.told, f"monkey {n}", bad=build is not shipped, at_risk=saved, wrong=wrong
                )  # fmt: skip
    return tally


def _play(shim: Shim, chance: random.Random, work: Work) -> None:
    """Click and type until the shim kills the program, or for so many acts, telling what the store acknowledges."""
    import sys

    from PySide6.QtCore import QTimer

    from desktop.gui.look import dress
    from desktop.gui.main_window import MainWindow

    app = _application()
    dress(app)
    _tell_of_saves(work)
    _answer_by(chance, work.root / "out")
    sys.excepthook = lambda kind, error, _: work.do("crash", lambda: {"kind": f"{kind.__name__}: {error}"})
    window = MainWindow(work.station, definitions_in(work.station))
    window.resize(1366, 728)
    window.show()
    _log_in(window, PASSWORD)
    window.show_page("gate_log")
    QTimer.singleShot(0, partial(_act, window, chance, iter(range(MOST_ACTS))))
    shim.watch(work.root)
    shim.arm(KILL_HALFWAY, CHANGES, chance.randrange(1, MOST_CALLS))
    app.exec()


def _tell_of_saves(work: Work) -> None:
    """Let the store tell of every save and void, whoever asks for it."""
    save, void = Records._save, Records._void

    def telling_save(records: Records, record: Any, lines: Any, **words: Any) -> Any:
        found = []

        def act() -> dict[str, Any]:
            found.append(save(records, record, lines, **words))
            return _of(found[0].record, found[0].lines) if found[0].kept else {"done": "nothing"}

        work.do("save", act, register=records.register.name, home="station", uid=record.get("uid"))
        return found[0]

    def telling_void(records: Records, uid: str, reason: str, why: str | None, action: str) -> Any:
        found = []

        def act() -> dict[str, Any]:
            found.append(void(records, uid, reason, why, action))
            return _of(found[0], records.read(uid)[1])

        work.do("save", act, register=records.register.name, home="station", uid=uid)
        return found[0]

    Records._save, Records._void = telling_save, telling_void


def _of(record: Any, lines: Any) -> dict[str, Any]:
    return {"uid": record["uid"], "revision": record["revision"], "record": dict(record), "lines": dict(lines)}


def _answer_by(chance: random.Random, out: Path) -> None:
    """Answer questions by chance."""
    from desktop.gui import prompts

    out.mkdir(exist_ok=True)
    prompts.tell = prompts.inform = lambda *_: None
    prompts.ask_unsaved = lambda *_: chance.choice(("save", "drop", "stay"))
    prompts.ask_why = lambda *_: chance.choice(("уточнено", None))
    prompts.ask_void = lambda *_: chance.choice((prompts.Answer("DUP", "дважды"), None))
    prompts.ask_recover = lambda *_: chance.random() < 0.5
    prompts.choose_folder = lambda *_: str(out)
    prompts.choose_files = lambda *_: []
    prompts.choose_target = lambda *_: ""


# A monkey makes some 3 such calls an act.
MOST_ACTS, MOST_CALLS = 500, 1500
_KEYS = "абвгд12с.,/=+- "


def _act(window: Any, chance: random.Random, left: Iterator[int]) -> None:
    """Do one thing: mostly type or go on, now and then click, save, or go elsewhere; nothing more once none are *left*."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog

    from tests.gui.conftest import type_text

    if next(left, None) is None:
        os._exit(0)
    # Before anything opens a dialog, which has a loop of its own.
    QTimer.singleShot(0, partial(_act, window, chance, left))
    if window.vault is None:
        if window.isEnabled():
            _log_in(window, PASSWORD)
        return
    modal = QApplication.activeModalWidget()
    if isinstance(modal, QDialog) and chance.random() < 0.2:
        modal.reject()
        return
    target = QApplication.activePopupWidget() or QApplication.focusWidget() or window
    draw = chance.random()
    if draw < 0.03 and not modal:
        _begin_record(window, chance)
    elif draw < 0.45:
        type_text(chance.choice(_KEYS), target)
    elif draw < 0.8:
        QTest.keyClick(target, Qt.Key(chance.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Space))))
    elif draw < 0.9:
        QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    elif buttons := [b for b in (modal or window).findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]:
        chance.choice(buttons).click()


def _begin_record(window: Any, chance: random.Random) -> None:
    """Go back to a register: chance alone would be lost among dialogs before long."""
    register = chance.choice(("gate_log", "patients", "incidents"))
    window.show_page(register)
    if window.page == register:
        window.pages[register].begin()
