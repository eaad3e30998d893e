"""Where the declarations, words, icons and fonts lie, in a checkout as in the frozen program."""

import sys
from pathlib import Path

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).parents[2])) / "resources"
