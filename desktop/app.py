"""Open the window on a station."""

import os
import sys
from pathlib import Path

from desktop.registers.declarations import Definitions


def has_display() -> bool:
    """Tell whether a window can be shown here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def open_window(folder: Path, definitions: Definitions) -> int:
    """Show the window until it is closed, and give its exit code."""
    from desktop.gui.run import start

    return start(folder, definitions)
