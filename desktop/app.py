"""Open the window on a station."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.registers.declarations import Definitions

# Platforms of Qt that draw what nobody sees.
UNSEEN = ("offscreen", "minimal")


def has_display() -> bool:
    """Tell whether a window can be shown here."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform in UNSEEN:
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or platform)


def open_window(folder: Path, definitions: "Definitions") -> int:
    """Show the window until it is closed, and give its exit code."""
    from desktop.gui.run import start

    return start(folder, definitions)
