"""How the window looks and answers for a person: nothing secret, so that the first screen is dressed before a password is typed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import AppError
from desktop.store.files import write_whole

FILE = "settings.json"
POINTS = range(9, 15)
SCHEMES = ("light", "dark", "system")
ENTERS = ("next", "save")
# Languages may be the station's own, which stands for nothing chosen.
_ALLOWED: Mapping[str, tuple[Any, ...]] = {
    "language": ("", *LANGUAGES), "points": tuple(POINTS), "scheme": SCHEMES, "enter": ENTERS,
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What a person chose: the language, the size of text in points, the scheme of colours, what Enter does in a form."""

    language: str = ""
    points: int = 9
    scheme: str = "light"
    enter: str = "next"


def read_settings(folder: Path, person: str = "") -> Settings:
    """Give what *person* chose at the station in *folder*; without a name, or a choice, what was chosen last by anybody."""
    said = _read(folder)
    chosen = said.get("people", {}).get(person) if person else None
    return _sound(chosen if chosen is not None else said.get("last", {}))


def write_settings(folder: Path, person: str, settings: Settings) -> None:
    """Keep what *person* chose, without a name as what holds for whoever comes next. Raises AppError."""
    said = _read(folder)
    people = said.get("people", {}) | ({person: asdict(settings)} if person else {})
    content = {"last": asdict(settings), "people": people}
    try:
        write_whole(folder / FILE, json.dumps(content, ensure_ascii=False, indent=1))
    except OSError as error:
        raise AppError("settings.not_kept") from error


def _read(folder: Path) -> dict[str, Any]:
    """Read the file, or nothing where it is missing or damaged: it is chosen anew in a minute."""
    try:
        said = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("people", {}), dict) else {}


def _sound(chosen: Any) -> Settings:
    """Take what is allowed, so that a newer program's choice or a slip in the file harms nothing."""
    if not isinstance(chosen, dict):
        return Settings()
    names = [f.name for f in fields(Settings)]
    return Settings(**{name: chosen[name] for name in names if name in chosen and chosen[name] in _ALLOWED[name]})
