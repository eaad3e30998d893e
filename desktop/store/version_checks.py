"""The check that a version makes of every file the first time it opens it: what an update did to the records is known at once.

Which version checked a file last lies in the file itself, so that one put back from an older backup is checked again.
"""

from typing import TYPE_CHECKING

from desktop import __version__
from desktop.store.check import Checked, check
from desktop.store.driver import transaction

if TYPE_CHECKING:
    from desktop.store.vault import Vault
    from desktop.store.zone import Zone

# Among the preferences, as those of nobody.
_NOBODY, _NAME = "", "checked_by_version"


def unchecked(vault: "Vault") -> list[str]:
    """List the zones of the open *vault* that no program of this version has found sound."""
    return [name for name in vault.zones if _checked_by(vault.zone(name)) != __version__]


def _checked_by(zone: "Zone") -> str:
    rows = zone.select("select value from preferences where person = ? and name = ?", [_NOBODY, _NAME])
    return str(rows[0]["value"]) if rows else ""


def check_version(vault: "Vault") -> Checked:
    """Check all that may be opened, and note each file that is sound; others are checked again at the next log-in."""
    found = check(vault)
    damaged = {finding.zone for finding in found.findings if finding.damage}
    for one in found.zones:
        if one.zone not in damaged:
            note_checked(vault.zone(one.zone))
    return found


def note_checked(zone: "Zone", version: str = __version__) -> None:
    """Note that a program of *version* found the file of the open *zone* sound, or made it."""
    with transaction(zone.connection):
        zone.connection.execute(
            "insert into preferences values (?, ?, ?) on conflict do update set value = excluded.value",
            (_NOBODY, _NAME, version),
        )
