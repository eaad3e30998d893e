"""The people of a station: added, let into a zone, blocked, removed, given a new password; and who can open what.

Everybody acts with the keys of their own open vault. An administrator adds and blocks, but only somebody who holds a
zone's key can let another into it, with that person typing their own password beside them: so no public key is taken on
trust from the file, and being able to edit the keyring opens nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store import journal, keyring, zone_keys
from desktop.store.keyring import ACTIVE, BLOCKED, REMOVED, Newcomer, Ring, Row
from desktop.store.roles import Roles, check, may, may_open, roles_of
from desktop.store.vault import Vault


@dataclass(frozen=True)
class Person:
    """Somebody of the station as the list of people shows them; *failed* counts wrong passwords since the last log-in."""

    name: str
    roles: tuple[str, ...]
    state: str
    since: str
    zones: tuple[str, ...]
    failed: int


@dataclass(frozen=True)
class Opener:
    """Somebody who can open a zone, and who let them in and when."""

    name: str
    roles: tuple[str, ...]
    blocked: bool
    by: str
    at: str


@dataclass(frozen=True)
class Access:
    """Who can open a zone: people, recovery sheets that were typed back, and sheets that were not yet.

    *due* tells that somebody who could open it was removed, and the zone's key must still be changed.
    """

    people: tuple[Opener, ...]
    sheets: tuple[int, ...]
    sheets_unproven: tuple[int, ...]
    due: bool


# Who is there


def everyone(folder: Path) -> list[Person]:
    """List the people of the station, also the blocked and the removed, in the order they came. Raises AppError."""
    ring = keyring.read(folder)
    return [
        Person(
            row["name"], tuple(row["roles"]), row["state"], row["since"], tuple(zone_keys.held(ring, row)),
            ring["failures"].get(row["name"], {}).get("count", 0),
        )
        for row in ring["people"]
    ]  # fmt: skip


def who_can_open(folder: Path, zone: str) -> Access:
    """Tell who can open the registers of *zone*, from the keyring alone. Raises AppError."""
    ring = keyring.read(folder)
    entry = ring["zones"].get(zone, {"grants": {}, "sheets": [], "due": False})
    openers = []
    for row in zone_keys.holders(ring, zone):
        grant = entry["grants"][row["id"]]
        openers.append(Opener(row["name"], tuple(row["roles"]), row["state"] == BLOCKED, grant["by"], grant["at"]))
    proven, unproven = ([s["number"] for s in entry["sheets"] if bool(s["typed_back"]) is back] for back in (True, False))
    return Access(tuple(openers), tuple(proven), tuple(unproven), entry["due"])


def notices(vault: Vault) -> list[Label]:
    """List what somebody who has just logged in must know: wrong passwords, sheets to make, keys to change."""
    found = []
    if vault.keys.failed:
        found.append(message("people.failed_before", n=vault.keys.failed))
    if vault.keyring_put_back:
        found.append(message("people.put_back"))
    for zone in vault.zones:
        access, label = who_can_open(vault.folder, zone), _zone_label(vault, zone)
        if access.due:
            found.append(message("people.key_due", zone=label))
        if not access.sheets:
            found.append(message("recovery.sheet_unproven" if access.sheets_unproven else "recovery.sheet_missing", zone=label))
    return found


# Coming


def add(vault: Vault, newcomer: Newcomer) -> None:
    """Add a person, who can open nothing yet. Raises AppError.

    Needs the action *users*, or the keys to every zone that the newcomer's roles may open.
    """
    roles = roles_of(vault.definitions)
    check(roles, newcomer.roles, headquarters=vault.station.is_headquarters)
    zones = {zone for name in newcomer.roles for zone in roles[name].zones}
    everywhere = all(roles[name].zones for name in newcomer.roles)
    if not vault.may("users") and not (everywhere and zones <= set(vault.zones)):
        raise AppError("people.may_not")
    with keyring.changing(vault.folder) as ring:
        row, _ = keyring.add(ring, newcomer)
        journal.note(ring, vault.person, "person_added", whom=row["name"], roles=list(newcomer.roles))
    vault.catch_up()


def give_roles(vault: Vault, name: str, names: Sequence[str]) -> None:
    """Change the roles of a person; a role that opens a zone is taken only after its key. Raises AppError."""
    _need_users(vault)
    roles = roles_of(vault.definitions)
    check(roles, names, headquarters=vault.station.is_headquarters)
    with keyring.changing(vault.folder) as ring:
        row = keyring.named(ring, name)
        for zone in zone_keys.held(ring, row):
            if may_open(roles, row["roles"], zone) and not may_open(roles, names, zone):
                raise AppError("people.holds_key", name=name, zone=_zone_label(vault, zone))
        row["roles"] = list(names)
        _keep_an_administrator(roles, ring)
        journal.note(ring, vault.person, "roles_given", whom=name, roles=list(names))
    vault.catch_up()


def let_in(vault: Vault, zone: str, name: str, password: str) -> None:
    """Let a person into *zone*, who types their own *password* beside somebody who is in it. Raises AppError."""
    label = _zone_label(vault, zone)
    if zone not in vault.zones:
        raise AppError("vault.no_key", zone=label)
    proven, _ = keyring.prove(vault.folder, password, name)
    if not may_open(roles_of(vault.definitions), proven["roles"], zone):
        raise AppError("people.role_opens_not", name=name, zone=label)
    with keyring.changing(vault.folder) as ring:
        row = keyring.named(ring, name)
        row |= {half: proven[half] for half in ("public", "secret", "salt", "profile")}
        zone_keys.give(ring, zone, vault.current_key(ring, zone), row, vault.person)
        journal.note(ring, vault.person, "let_in", whom=name, zone=zone)
    vault.catch_up()


# Going


def block(vault: Vault, name: str) -> None:
    """Let a person log in no more, until unblocked; their keys are kept. Raises AppError."""
    _set_state(vault, name, BLOCKED, "blocked")


def unblock(vault: Vault, name: str) -> None:
    """Let a blocked person log in again. Raises AppError."""
    _set_state(vault, name, ACTIVE, "unblocked")


def _set_state(vault: Vault, name: str, state: str, action: str) -> None:
    _need_users(vault)
    _not_oneself(vault, name)
    with keyring.changing(vault.folder) as ring:
        keyring.named(ring, name)["state"] = state
        journal.note(ring, vault.person, action, whom=name)
    vault.catch_up()


def remove(vault: Vault, name: str) -> list[str]:
    """Remove a person for good, and change the key of every zone they could open. Raises AppError.

    Zones that the acting person cannot open are marked, for a holder of their key to change it, and named here.
    """
    _need_users(vault)
    _not_oneself(vault, name)
    with keyring.changing(vault.folder) as ring:
        row = keyring.named(ring, name)
        for zone in zone_keys.held(ring, row):
            _keep_a_holder(vault, ring, zone, row)
        row["state"] = REMOVED
        for secret in ("public", "secret", "salt", "profile"):
            row.pop(secret)
        zones = zone_keys.lose(ring, row)
        ring["failures"].pop(name, None)
        for zone in zones:
            ring["zones"][zone]["due"] = True
        journal.note(ring, vault.person, "removed", whom=name, zones=zones)
    vault.catch_up()
    for zone in set(zones) & set(vault.zones):
        change_key(vault, zone)
    return [zone for zone in zones if zone not in vault.zones]


def shut_out(vault: Vault, zone: str, name: str) -> list[str]:
    """Let a person into *zone* no more, and change its key; name who else must be let in again. Raises AppError."""
    _not_oneself(vault, name)
    with keyring.changing(vault.folder) as ring:
        vault.current_key(ring, zone)
        row = keyring.named(ring, name)
        _keep_a_holder(vault, ring, zone, row)
        if ring["zones"][zone]["grants"].pop(row["id"], None):
            ring["zones"][zone]["due"] = True
        journal.note(ring, vault.person, "shut_out", whom=name, zone=zone)
    vault.catch_up()
    return change_key(vault, zone)


def change_key(vault: Vault, zone: str) -> list[str]:
    """Give *zone* a new key and write its file anew under it, sealed to its people who are not blocked. Raises AppError.

    Name the people left out, who must be let in again. The recovery sheet is void: a new one must be made.
    """
    with keyring.changing(vault.folder) as ring:
        fresh, left_out = zone_keys.change(ring, zone, vault.current_key(ring, zone))
        journal.note(ring, vault.person, "key_changed", zone=zone, left_out=left_out)
    vault.rewrite(zone, fresh)
    vault.catch_up()
    return left_out


# Passwords


def change_password(vault: Vault, old: str, new: str) -> None:
    """Change one's own password, which touches no zone and no other person. Raises AppError."""
    _, private = keyring.prove(vault.folder, old, vault.person)
    with keyring.changing(vault.folder) as ring:
        keyring.lock(ring, keyring.named(ring, vault.person), private, new)
        journal.note(ring, vault.person, "password_changed")
    vault.catch_up()


def reset_password(vault: Vault, name: str, password: str) -> list[str]:
    """Give a person who forgot theirs a new *password*, typed by that person; name the zones lost. Raises AppError.

    Needs the action *users* or a key to a zone that the person opens. Zones whose key is not held here are lost to the
    person until a holder lets them in again; the last holder of such a zone needs its recovery sheet.
    """
    _not_oneself(vault, name)
    with keyring.changing(vault.folder) as ring:
        row = keyring.named(ring, name)
        zones = zone_keys.held(ring, row)
        if not vault.may("users") and not set(zones) & set(vault.zones):
            raise AppError("people.may_not")
        for zone in set(zones) - set(vault.zones):
            _keep_a_holder(vault, ring, zone, row)
        keys = {zone: vault.current_key(ring, zone) for zone in vault.zones if zone in zones}
        lost = keyring.set_password(ring, row, password, keys, vault.person)
        journal.note(ring, vault.person, "password_reset", whom=name, lost=lost)
    vault.catch_up()
    return lost


# What must hold


def _need_users(vault: Vault) -> None:
    if not vault.may("users"):
        raise AppError("people.may_not")


def _not_oneself(vault: Vault, name: str) -> None:
    if name == vault.person:
        raise AppError("people.not_oneself")


def _keep_an_administrator(roles: Roles, ring: Ring) -> None:
    if not any(may(roles, row["roles"], "users") for row in keyring.active(ring)):
        raise AppError("people.last_administrator")


def _keep_a_holder(vault: Vault, ring: Ring, zone: str, going: Row) -> None:
    others = [row for row in zone_keys.holders(ring, zone) if row["state"] == ACTIVE and row is not going]
    if not others:
        raise AppError("people.last_holder", name=going["name"], zone=_zone_label(vault, zone))


def _zone_label(vault: Vault, zone: str) -> Label:
    return vault.definitions.codes["zones"].codes[zone].label
