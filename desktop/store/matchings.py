"""What a person decided about the columns of a foreign workbook, kept by its layout in the zone it is imported into."""

import json
from typing import Any

from desktop.store.driver import transaction
from desktop.store.history import now
from desktop.store.zone import Zone


def matching(zone: Zone, layout: str) -> dict[str, Any] | None:
    """Give what was decided about workbooks of *layout*; None where the first of them has still to come."""
    rows = zone.select("select content from matchings where layout = ?", (layout,))
    return dict(json.loads(rows[0]["content"])) if rows else None


def keep_matching(zone: Zone, layout: str, register: str, content: dict[str, Any]) -> None:
    """Remember what was decided about workbooks of *layout*, in place of what was decided before. Raises AppError."""
    with transaction(zone.connection):
        zone.connection.execute(
            "insert or replace into matchings values (?, ?, ?, ?, ?)",
            (layout, register, json.dumps(content, ensure_ascii=False), now(), zone.person),
        )
