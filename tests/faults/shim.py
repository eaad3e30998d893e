"""The shim between this process and its disk: compiled where a C compiler is, loaded before the process begins."""

import ctypes
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
COMPILER = shutil.which("cc") or shutil.which("gcc")

WRITE, TRUNCATE, SYNC, NAME, OPEN, READ = (1 << place for place in range(6))
CHANGES = WRITE | TRUNCATE | SYNC | NAME
EVERYTHING = CHANGES | OPEN | READ

NOTHING, KILL, KILL_HALFWAY, FAIL, FAIL_ON, LIE = range(6)

is_possible = sys.platform == "linux" and COMPILER is not None


def built() -> Path:
    """Compile the shim, once for each state of its source."""
    source = SOURCE.read_bytes()
    library = Path(tempfile.gettempdir()) / f"depter-shim-{os.getuid()}-{hashlib.sha256(source).hexdigest()[:16]}.so"
    if not library.exists():
        # The threads of one process come here at once on a computer where nobody was before.
        part = library.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        subprocess.run([COMPILER, "-shared", "-fPIC", "-O2", "-o", part, SOURCE, "-ldl"], check=True)
        part.replace(library)
    return library


def environment() -> dict[str, str]:
    """Give the environment of a process that is to be under the shim."""
    return os.environ | {"LD_PRELOAD": str(built()), "QT_QPA_PLATFORM": "offscreen"}


def is_loaded() -> bool:
    return hasattr(ctypes.CDLL(None), "fault_arm")


class Shim:
    """The shim of this process; every call is of the process that makes it, so a forked child arms itself alone."""

    def __init__(self) -> None:
        self._c = ctypes.CDLL(None)
        self._c.fault_watch.argtypes = [ctypes.c_char_p]
        self._c.fault_arm.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_int]
        self._c.fault_room.argtypes = [ctypes.c_int64]
        self._c.fault_clock.argtypes = [ctypes.c_int64]
        self._c.fault_note.argtypes = [ctypes.c_char_p]
        self._c.fault_left.restype = ctypes.c_int64
        self._c.fault_seen.restype = self._c.fault_reached.restype = ctypes.c_long

    def watch(self, folder: Path) -> None:
        """Touch the files below *folder* that are opened from now on."""
        self._c.fault_watch(os.fsencode(folder.resolve()))

    def arm(self, act: int, kinds: int, at: int, error: int = errno.EIO) -> None:
        """Do *act* at call number *at*, from 1, of the *kinds* that count."""
        self._c.fault_arm(act, kinds, at, error)

    def disarm(self) -> None:
        self._c.fault_arm(NOTHING, 0, 0, 0)
        self._c.fault_room(-1)

    def leave_room(self, size: int) -> None:
        """Let files grow by so many bytes and no more."""
        self._c.fault_arm(NOTHING, 0, 0, 0)
        self._c.fault_room(size)

    def trace_to(self, descriptor: int) -> None:
        self._c.fault_trace(descriptor)

    def note(self, text: bytes) -> None:
        """Write *text* into the trace, between the calls that lie before and after it."""
        self._c.fault_note(text)

    def set_clock(self, seconds: int) -> None:
        """Put the clock on the wall so far ahead."""
        self._c.fault_clock(seconds)

    @property
    def seen(self) -> int:
        return int(self._c.fault_seen())

    @property
    def room_left(self) -> int:
        return int(self._c.fault_left())

    @property
    def has_struck(self) -> bool:
        return bool(self._c.fault_reached())
