"""Backups as rows of a list: number, when, why, what is in each, and how many records."""

from collections.abc import Iterable

from desktop.gui.plain_table import Cell, Column
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.store import clock
from desktop.store.backups import Backup


def backup_columns(words: Words) -> list[Column]:
    """Give the columns of a list of backups."""
    return [
        Column(words("backups_page.number"), 64, is_number=True), Column(words("backups_page.when"), 142),
        Column(words("backups_page.why"), 190), Column(words("backups_page.holds")),
        Column(words("handoff_page.records"), 96, is_number=True),
    ]  # fmt: skip


def backup_row(backup: Backup, definitions: Definitions, words: Words) -> list[Cell]:
    """Tell of one backup."""
    records = sum(copy.records for copy in backup.zones if copy.head)
    return [
        Cell(str(backup.number)), Cell(clock.shown(backup.at)), Cell(words.of(backup.occasion)),
        Cell(_holds(backup, definitions, words)), Cell(str(records) if any(copy.head for copy in backup.zones) else ""),
    ]  # fmt: skip


def _holds(backup: Backup, definitions: Definitions, words: Words) -> str:
    opened = [copy.zone for copy in backup.zones if copy.head]
    closed = [copy.zone for copy in backup.zones if not copy.head]
    if set(opened) >= set(definitions.zones):
        return words("backups_page.all_zones")
    parts = [zone_names(opened, definitions, words)] if opened else []
    if closed:
        parts.append(words("backups_page.closed", zones=zone_names(closed, definitions, words)))
    return "; ".join(parts)


def zone_names(zones: Iterable[str], definitions: Definitions, words: Words) -> str:
    """Name zones in the order of their declaration."""
    codes, wanted = definitions.codes["zones"].codes, set(zones)
    return ", ".join(words.of(codes[zone].label) for zone in definitions.zones if zone in wanted)
