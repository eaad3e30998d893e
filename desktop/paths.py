"""Where the station of this computer lies, outside the program's own folder."""

import os
import sys
from pathlib import Path


def station_folder() -> Path:
    """Give the folder of this computer's station: one for all its Windows users."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Depter" / "station"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "depter" / "station"
