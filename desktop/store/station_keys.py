"""The keys by which stations know each other's hand-offs and letters: a station's own, and those of its partners.

They are kept in the encrypted file of each zone, so whoever cannot open a zone can neither sign nor unseal for it.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from desktop.registers.labels import LANGUAGES, Label
from desktop.store import sealing
from desktop.store.driver import WRITING, transaction
from desktop.store.history import Event, append, now
from desktop.store.keyring import HEADQUARTERS
from desktop.store.sealing import DoesNotOpen, about
from desktop.store.zone import Zone

_OWN = "station_keys"
# Syllables that every language here can read aloud: sixteen consonants and four vowels make words of 16 bits
# (proquints, arXiv:0901.4016). Six of them leave 96 bits to whoever looks for keys with the same words.
_LETTERS = {"en": ("bdfghjklmnprstvz", "aiou"), "": ("бдфгхжклмнпрствз", "аиоу")}
_WORDS = 6


@dataclass(frozen=True)
class PublicKeys:
    """The halves of a station's keys that may stand in the clear: what it signs with, and what is sealed to it."""

    signer: str
    sealing: str


@dataclass(frozen=True)
class Partner:
    """Another station as it was enrolled here, until its key was replaced."""

    station: str
    prison: str
    keys: PublicKeys
    since: str
    by: str
    retired: str | None = None


def own(zone: Zone) -> PublicKeys:
    """Give the keys of this station in *zone*, made at first need."""
    return _public(_private(zone))


def renew(zone: Zone) -> PublicKeys:
    """Give this station new keys in *zone*; the ones before open what is still on its way, and vouch for the new ones."""
    private = _private(zone)
    old = {name: private[name] for name in ("signer", "sealing")}
    fresh = _fresh() | {"before": [old, *private.get("before", ())]}
    with WRITING, transaction(zone.connection):
        zone.connection.execute("update settings set value = ? where name = ?", (json.dumps(fresh), _OWN))
        append(zone.connection, zone.person, [Event("keys_made")])
    return _public(fresh)


def _public(private: Mapping[str, Any]) -> PublicKeys:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signer = Ed25519PrivateKey.from_private_bytes(sealing.raw(private["signer"])).public_key().public_bytes_raw()
    return PublicKeys(sealing.text(signer), sealing.public_key(sealing.raw(private["sealing"])))


def sign(zone: Zone, message: bytes) -> str:
    """Sign *message* for this station (Ed25519, RFC 8032)."""
    return _sign(_private(zone)["signer"], message)


def _sign(private: str, message: bytes) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return sealing.text(Ed25519PrivateKey.from_private_bytes(sealing.raw(private)).sign(message))


def vouch_before(zone: Zone, message: bytes) -> list[tuple[str, str]]:
    """Sign *message* by each of the keys this station had before, newest first: their public halves and signatures."""
    return [(_public(old).signer, _sign(old["signer"], message)) for old in _private(zone).get("before", ())]


def is_signed(signer: str, message: bytes, signature: str) -> bool:
    """Tell whether *signature* over *message* was made by the holder of the key whose public half is *signer*."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(sealing.raw(signer)).verify(sealing.raw(signature), message)
    except (InvalidSignature, DoesNotOpen, ValueError):
        return False
    return True


def unseal(zone: Zone, sealed: str, what: bytes) -> bytes:
    """Open what was sealed to this station in *zone*. Raises DoesNotOpen."""
    private = _private(zone)
    for one in (private, *private.get("before", ())):
        with suppress(DoesNotOpen):
            return sealing.unseal(sealing.raw(one["sealing"]), sealed, what)
    raise DoesNotOpen


def can_seal_to(keys: PublicKeys) -> bool:
    """Tell whether something can be sealed to *keys*: not every text is a key, and not every key keeps a secret."""
    try:
        sealing.seal(keys.sealing, b"", b"")
    except (DoesNotOpen, ValueError):
        return False
    return True


def fingerprint(keys: PublicKeys) -> Label:
    """Word a station's keys so that two people can compare them over the telephone."""
    digest = hashlib.sha256(about("fingerprint", keys.signer, keys.sealing)).digest()
    numbers = [int.from_bytes(digest[place : place + 2], "big") for place in range(0, 2 * _WORDS, 2)]
    return Label(
        {language: " ".join(_word(n, *_LETTERS.get(language, _LETTERS[""])) for n in numbers) for language in LANGUAGES}
    )


def _word(number: int, consonants: str, vowels: str) -> str:
    return "".join(
        (consonants[number >> shift & 15] if bits == 4 else vowels[number >> shift & 3])
        for shift, bits in ((12, 4), (10, 2), (6, 4), (4, 2), (0, 4))
    )


def _private(zone: Zone) -> dict[str, Any]:
    """Give the private halves, *before* those of earlier keys, and make them where there are none yet."""
    with WRITING:
        rows = zone.select("select value from settings where name = ?", (_OWN,))
        if rows:
            return dict(json.loads(rows[0]["value"]))
        fresh = _fresh()
        with transaction(zone.connection):
            zone.connection.execute("insert into settings values (?, ?)", (_OWN, json.dumps(fresh)))
            append(zone.connection, zone.person, [Event("keys_made")])
        return fresh


def _fresh() -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signer = Ed25519PrivateKey.generate().private_bytes_raw()
    return {"signer": sealing.text(signer), "sealing": sealing.text(sealing.new_private_key())}


def partners(zone: Zone) -> list[Partner]:
    """List the stations enrolled in *zone*, with the keys they had before, in the order they came."""
    return [
        Partner(row["station"], row["prison"], PublicKeys(row["signer"], row["sealing"]), row["since"], row["person"], row["retired"])
        for row in zone.select("select * from stations order by since, rowid")
    ]  # fmt: skip


def partner(zone: Zone, station: str) -> Partner | None:
    """Give the enrolled *station* with the keys it has now."""
    return next((one for one in partners(zone) if one.station == station and not one.retired), None)


def headquarters(zone: Zone) -> Partner | None:
    """Give headquarters as this prison enrolled it."""
    return next((one for one in partners(zone) if one.prison == HEADQUARTERS and not one.retired), None)


def enrol(zone: Zone, station: str, prison: str, keys: PublicKeys) -> None:
    """Rely on *keys* for what comes from *station*, retiring the ones it had; the words were compared before.

    A prison relies on one headquarters at a time. Keys that are relied on already stay as they are.
    """
    known = partner(zone, station)
    if known and (known.prison, known.keys) == (prison, keys):
        return
    moment = now()
    same = "prison" if prison == HEADQUARTERS else "station"
    with transaction(zone.connection):
        zone.connection.execute(
            f"update stations set retired = ? where retired is null and {same} = ?",
            (moment, prison if prison == HEADQUARTERS else station),
        )
        zone.connection.execute(
            # Keys can come back within the second they were first relied on: their row is there already, retired.
            "insert into stations values (?, ?, ?, ?, ?, ?, null)"
            " on conflict (station, signer, since) do update set sealing = excluded.sealing, retired = null",
            (station, prison, keys.signer, keys.sealing, moment, zone.person),
        )
        told = {"prison": prison, "station": station} | asdict(keys)
        append(zone.connection, zone.person, [Event("enrolled", changes=told)])
