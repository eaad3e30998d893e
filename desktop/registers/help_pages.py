"""The pages of help, written in Markdown under `resources/help/` as `<page>.<language>.md`."""

from functools import cache
from pathlib import Path

from desktop.registers.labels import UNSURE
from desktop.registers.resources import RESOURCES

HELP = RESOURCES / "help"


@cache
def help_page(name: str, language: str, folder: Path = HELP) -> str:
    """Give the help page *name*, empty where none is written; the mark of a translation to review is left out."""
    path = folder / f"{name}.{language}.md"
    return path.read_text("utf-8").removeprefix(UNSURE).strip() if path.is_file() else ""


def heading(page: str) -> str:
    """Give the heading of a page."""
    return page.partition("\n")[0].lstrip("# ").strip()
