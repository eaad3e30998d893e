"""What the window watches while it is open: a person who went away, a computer that slept or was locked, a passing wheel."""

import os
import time
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox

# Minutes without a key or a click after which the station locks itself.
IDLE_MINUTES = 10
TICK = 5  # seconds
# A tick that comes this much too late means that the computer slept.
SLEPT = 60  # seconds

_INPUT = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.TouchBegin}

# Windows says so when the session is locked (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK) or the computer goes to sleep
# (WM_POWERBROADCAST, PBT_APMSUSPEND).
WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK = 0x02B1, 0x7
WM_POWERBROADCAST, PBT_APMSUSPEND = 0x0218, 0x4


def running() -> float:
    """Give seconds of a clock that nobody can set and that goes on while the computer sleeps, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Watch(QObject):
    """Watches the events of the whole program."""

    left = Signal()

    def __init__(self, app: QApplication, idle_seconds: float = IDLE_MINUTES * 60, clock: Any = running) -> None:
        """Begin to watch *app*."""
        super().__init__(app)
        self._clock, self.idle_seconds = clock, idle_seconds
        self._last_input = self._last_tick = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK * 1000)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note every key and click, and keep the wheel from changing a box that is only passed over."""
        kind = event.type()
        if kind in _INPUT:
            self._last_input = self._clock()
        elif kind == QEvent.Type.Wheel and isinstance(watched, QComboBox | QAbstractSpinBox) and not watched.hasFocus():
            event.ignore()
            return True
        return False

    def tick(self) -> None:
        """Tell where nobody has been here for long, or the computer slept."""
        now = self._clock()
        slept, idle = now - self._last_tick > SLEPT, now - self._last_input > self.idle_seconds
        self._last_tick = now
        if slept or idle:
            self._last_input = now
            self.left.emit()


class SessionWatch(QAbstractNativeEventFilter):
    """Hears from Windows that the session was locked or the computer goes to sleep."""

    def __init__(self, watch: Watch) -> None:
        """Tell *watch*."""
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: Any, message: Any) -> Any:
        """Look at a message of Windows and let it pass."""
        if bytes(kind) in (b"windows_generic_MSG", b"windows_dispatcher_MSG"):
            number, word = read_message(int(message))
            if (number, word) in ((WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK), (WM_POWERBROADCAST, PBT_APMSUSPEND)):
                self._watch.left.emit()
        return False, 0


def read_message(address: int) -> tuple[int, int]:
    """Read number and first word of the MSG structure at *address*."""
    import ctypes

    class Message(ctypes.Structure):
        _fields_ = (("window", ctypes.c_void_p), ("number", ctypes.c_uint), ("word", ctypes.c_size_t))

    found = Message.from_address(address)
    return int(found.number), int(found.word)


def hear_of_session(app: QApplication, watch: Watch, window: int) -> SessionWatch | None:
    """Ask Windows to tell of the session of *window*; None on other systems, where sleep shows in the ticks alone."""
    if os.name != "nt":
        return None
    import ctypes

    ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window, 0)  # type: ignore[attr-defined]
    heard = SessionWatch(watch)
    app.installNativeEventFilter(heard)
    return heard
