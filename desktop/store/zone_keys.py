"""A zone's key in the keyring: sealed to each who may open the zone, wrapped by its recovery sheets, and changed.

A zone has one key at a time. When it is changed, the old one is wrapped under the new one, so that whoever holds the new
key still opens the file until it is rewritten, and backups made before; whoever is left out gains nothing.
"""

from typing import Any

from desktop.store import sealing
from desktop.store.history import now
from desktop.store.sealing import DoesNotOpen, about

Ring = dict[str, Any]
Row = dict[str, Any]


def begin(ring: Ring, zone: str) -> bytes:
    """Make the first key of a *zone* whose file is not there yet."""
    ring["zones"][zone] = {
        "version": 1, "made": False, "due": False, "grants": {}, "printed": 0, "sheets": [], "retired": [],
    }  # fmt: skip
    return sealing.random_key()


def give(ring: Ring, zone: str, key: bytes, row: Row, by: str) -> None:
    """Seal the zone's *key* to a person, whose public key must have been proven by the password."""
    ring["zones"][zone]["grants"][row["id"]] = {"by": by, "at": now()}
    _seal(ring, zone, key, row)


def _seal(ring: Ring, zone: str, key: bytes, row: Row) -> None:
    grant = ring["zones"][zone]["grants"][row["id"]]
    grant["sealed"] = sealing.seal(row["public"], key, _about_grant(ring, zone, row))
    grant["vouched"] = sealing.vouch(key, _about_grant(ring, zone, row))


def _about_grant(ring: Ring, zone: str, row: Row) -> bytes:
    version = ring["zones"][zone]["version"]
    return about("grant", ring["station"]["id"], zone, version, row["id"], row["name"], row["public"])


def holders(ring: Ring, zone: str) -> list[Row]:
    """List the people to whom the key of *zone* is sealed."""
    grants = ring["zones"].get(zone, {}).get("grants", {})
    return [row for row in ring["people"] if row["id"] in grants]


def lose(ring: Ring, row: Row) -> list[str]:
    """Take a person's copies of the zones' keys away, and name the zones."""
    zones = held(ring, row)
    for zone in zones:
        del ring["zones"][zone]["grants"][row["id"]]
    return zones


def held(ring: Ring, row: Row) -> list[str]:
    """List the zones whose key is sealed to a person."""
    return [zone for zone, entry in ring["zones"].items() if row["id"] in entry["grants"]]


def opened(ring: Ring, row: Row, private: bytes) -> dict[str, tuple[bytes, ...]]:
    """Give every key that a person's private key opens: zone to its keys, newest first."""
    found = {}
    for zone in held(ring, row):
        sealed = ring["zones"][zone]["grants"][row["id"]]["sealed"]
        try:
            key = sealing.unseal(private, sealed, _about_grant(ring, zone, row))
        except DoesNotOpen:
            continue
        found[zone] = with_older(ring, zone, key)
    return found


def with_older(ring: Ring, zone: str, key: bytes) -> tuple[bytes, ...]:
    """Give the *key* of a zone and all before it, newest first. Raises DoesNotOpen where the keyring was changed."""
    keys = [key]
    for old in reversed(ring["zones"][zone]["retired"]):
        keys.append(sealing.unwrap(keys[-1], old["wrapped"], _about_retired(ring, zone, old["version"])))
    return tuple(keys)


def change(ring: Ring, zone: str, key: bytes) -> tuple[bytes, list[str]]:
    """Give *zone* a new key, sealed to those of its people who are not blocked and for whom the old *key* vouches.

    Give the new key and the names left out: only the program, holding the key, can have let somebody in, so a row that
    was put or changed in the file by hand gets nothing. All recovery sheets are void.
    """
    entry, before = ring["zones"][zone], holders(ring, zone)
    kept = [row for row in before if row["state"] == "active" and _is_vouched(ring, zone, key, row)]
    fresh = sealing.random_key()
    wrapped = sealing.wrap(fresh, key, _about_retired(ring, zone, entry["version"]))
    entry["retired"].append({"version": entry["version"], "wrapped": wrapped})
    grants = {row["id"]: entry["grants"][row["id"]] for row in kept}
    entry |= {"version": entry["version"] + 1, "due": False, "sheets": [], "grants": grants}
    for row in kept:
        _seal(ring, zone, fresh, row)
    return fresh, [row["name"] for row in before if row not in kept]


def _is_vouched(ring: Ring, zone: str, key: bytes, row: Row) -> bool:
    mark = ring["zones"][zone]["grants"][row["id"]].get("vouched", "")
    return bool(mark == sealing.vouch(key, _about_grant(ring, zone, row)))


def _about_retired(ring: Ring, zone: str, version: int) -> bytes:
    return about("retired", ring["station"]["id"], zone, version)


def wrap_for_sheet(ring: Ring, zone: str, key: bytes, secret: bytes) -> str:
    """Wrap a zone's *key* by the *secret* of a recovery sheet."""
    return sealing.wrap(secret, key, _about_sheet(ring, zone))


def unwrap_from_sheet(ring: Ring, zone: str, wrapped: str, secret: bytes) -> bytes:
    """Give the key that a recovery sheet wraps. Raises DoesNotOpen."""
    return sealing.unwrap(secret, wrapped, _about_sheet(ring, zone))


def _about_sheet(ring: Ring, zone: str) -> bytes:
    return about("sheet", ring["station"]["id"], zone, ring["zones"][zone]["version"])
