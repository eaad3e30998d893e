"""What the national tables make of one month of one prison: the totals that stand on the cover sheet of its hand-off."""

from collections.abc import Mapping

from desktop.analysis.declarations import TableDeclaration, load_tables
from desktop.analysis.numbers import plain
from desktop.analysis.tables import Figures, figures
from desktop.registers.declarations import Definitions
from desktop.registers.problems import DeclarationError
from desktop.store.covers import Total
from desktop.store.vault import Vault


def usable_tables(definitions: Definitions) -> Mapping[str, TableDeclaration]:
    """Read the national tables, none where one has a slip: the page of tables tells it, and it keeps no month from headquarters."""
    try:
        return load_tables(definitions)
    except DeclarationError:
        return {}


def month_totals(
    vault: Vault, zone: str, month: str, tables: Mapping[str, TableDeclaration] | None = None
) -> list[Total]:  # fmt: skip
    """Count every national table of *zone* over *month*, as it stands here before headquarters merges it. Raises AppError.

    Whoever counts many months reads the *tables* once.
    """
    if tables is None:
        tables = usable_tables(vault.definitions)
    return [_total(figures(vault, table, month, month, ())) for table in tables.values() if table.zone == zone]


def _total(found: Figures) -> Total:
    counted = (found.whole, *found.not_convertible)
    amounts = {figure.unit: plain(figure.value) for figure in counted}
    return Total(found.table.name, amounts, sum(reason.records for reason in found.doubtful))
