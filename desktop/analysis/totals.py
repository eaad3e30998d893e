"""What the national tables make of one month of one prison: the totals that stand on the cover sheet of its hand-off."""

from desktop.analysis.declarations import load_tables
from desktop.analysis.numbers import plain
from desktop.analysis.tables import Figures, figures
from desktop.registers.problems import DeclarationError
from desktop.store.covers import Total
from desktop.store.vault import Vault


def month_totals(vault: Vault, zone: str, month: str) -> list[Total]:
    """Count every national table of *zone* over *month*, as it stands here before headquarters merges it. Raises AppError."""
    try:
        tables = load_tables(vault.definitions)
    except DeclarationError:
        return []  # The page of tables tells the slip; it keeps no month from headquarters.
    return [_total(figures(vault, table, month, month, ())) for table in tables.values() if table.zone == zone]


def _total(found: Figures) -> Total:
    counted = (found.whole, *found.not_convertible)
    amounts = {figure.unit: plain(figure.value) for figure in counted}
    return Total(found.table.name, amounts, sum(reason.records for reason in found.doubtful))
