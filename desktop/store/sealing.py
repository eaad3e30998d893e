"""How secrets are kept: derived from a password, wrapped under a key, sealed to a person.

Whatever is wrapped or sealed is bound to what it is *about* (its purpose, station, zone, version, person), so that a piece
moved to another place in the keyring does not open there. `cryptography` is imported where it is needed: it costs 20 ms.
"""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hpke import Suite

KEY_BYTES = 32
_NONCE_BYTES = 12


class DoesNotOpen(Exception):  # noqa: N818 - a wrong password is an answer, no failure
    """The answer to a wrong key, or to a piece that was changed or moved."""


@dataclass(frozen=True)
class Profile:
    """Costs of deriving a key from a password with Argon2id (RFC 9106): *memory* in KiB."""

    memory: int
    passes: int
    lanes: int


def about(*parts: str | int) -> bytes:
    """Write down what a secret belongs to, in one way only."""
    return json.dumps(["depter", *parts], ensure_ascii=False).encode()


def random_key() -> bytes:
    """Make a key that nobody can guess."""
    return os.urandom(KEY_BYTES)


def derive(password: str, salt: bytes, profile: Profile) -> bytes:
    """Derive the key that a password stands for; its letters are composed (NFC), since keyboards write й in two ways."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    written = unicodedata.normalize("NFC", password).encode()
    kdf = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=profile.passes, lanes=profile.lanes, memory_cost=profile.memory
    )  # fmt: skip
    return kdf.derive(written)


def wrap(key: bytes, secret: bytes, what: bytes) -> str:
    """Encrypt *secret* under *key*, as text for the keyring."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    nonce = os.urandom(_NONCE_BYTES)
    return text(nonce + ChaCha20Poly1305(key).encrypt(nonce, secret, what))


def unwrap(key: bytes, wrapped: str, what: bytes) -> bytes:
    """Decrypt what `wrap` made. Raises DoesNotOpen."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    content = raw(wrapped)
    try:
        return ChaCha20Poly1305(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], what)
    except (InvalidTag, ValueError):
        raise DoesNotOpen from None


def new_private_key() -> bytes:
    """Make the private half of a person's key pair (X25519)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> str:
    """Give the public half of a key pair, which may stand in the clear."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return text(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def seal(public: str, secret: bytes, what: bytes) -> str:
    """Encrypt *secret* so that only the holder of the private half of *public* opens it (HPKE, RFC 9180)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    return text(_hpke().encrypt(secret, X25519PublicKey.from_public_bytes(raw(public)), info=what))


def unseal(private: bytes, sealed: str, what: bytes) -> bytes:
    """Decrypt what `seal` made. Raises DoesNotOpen."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    try:
        return _hpke().decrypt(raw(sealed), X25519PrivateKey.from_private_bytes(private), info=what)
    except (InvalidTag, ValueError):
        raise DoesNotOpen from None


def _hpke() -> "Suite":
    from cryptography.hazmat.primitives import hpke

    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def vouch(key: bytes, what: bytes) -> str:
    """Mark *what* so that only those who hold *key* can have made the mark."""
    own = hmac.digest(key, about("vouching"), hashlib.sha256)
    return text(hmac.digest(own, what, hashlib.sha256))


def text(content: bytes) -> str:
    """Write bytes as the keyring does."""
    return base64.b64encode(content).decode()


def raw(written: str) -> bytes:
    """Read the bytes of a text of the keyring. Raises DoesNotOpen."""
    try:
        return base64.b64decode(written, validate=True)
    except ValueError:
        raise DoesNotOpen from None
