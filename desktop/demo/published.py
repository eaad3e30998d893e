"""Put the published figures beside those that the records give."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop.analysis.numbers import plain, show
from desktop.analysis.tables import figures, load_tables
from desktop.analysis.text import aligned
from desktop.demo.story import FOLDER
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.store.vault import Vault


@dataclass(frozen=True)
class Compared:
    """One published figure beside the one that the records give; *unit* names what both are measured in."""

    label: Label
    unit: Label
    published: Decimal
    recomputed: Decimal

    @property
    def agrees(self) -> bool:
        """Tell whether the two are the same."""
        return self.published == self.recomputed


def compare(vault: Vault) -> list[Compared]:
    """Recompute every published figure from the records of *vault*."""
    tables, units = load_tables(vault.definitions), vault.definitions.codes["units"].codes
    found = []
    for one in tomllib.loads((FOLDER / "published.toml").read_text("utf-8"))["figure"]:
        table = tables[one["table"]]
        total = figures(vault, table, first=one["first"], last=one["last"]).total
        unit = units[table.unit].label if table.unit else Label.same("")
        found.append(Compared(Label.of(one["label"]), unit, Decimal(one["value"]), total))
    return found


def as_lines(compared: Sequence[Compared]) -> list[Label]:
    """Write the comparison in every language, a label a line."""
    in_languages = [_lines(compared, language) for language in LANGUAGES]
    return [Label(dict(zip(LANGUAGES, line, strict=True))) for line in zip(*in_languages, strict=True)]


def _lines(compared: Sequence[Compared], language: str) -> list[str]:
    head = [message(f"demo.{name}")[language] for name in ("figure", "published", "recomputed")]
    rows = [
        [
            one.label[language],
            *(_written(value, one, language) for value in (one.published, one.recomputed)),
            "✔" if one.agrees else "✖",
        ]
        for one in compared
    ]
    return aligned([[*head, ""], *rows], 1)


def _written(value: Decimal, one: Compared, language: str) -> str:
    return f"{show(value, language)} {one.unit[language]}".strip()


def as_json(compared: Sequence[Compared], language: str) -> list[dict[str, Any]]:
    """Give the comparison as objects, with exact numbers as texts."""
    return [
        {
            "figure": one.label[language], "published": plain(one.published), "recomputed": plain(one.recomputed),
            "unit": one.unit[language], "agrees": one.agrees,
        }
        for one in compared
    ]  # fmt: skip
