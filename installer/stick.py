"""Make the key of the releases, once, and sign the update folder that goes to the prisons on a stick.

`python -m installer.stick new-key KEY.pem` asks for a passphrase, writes the secret key and the program's
resources/release_key.txt. Keep the key on a stick of its own in a safe, and a copy in another: whoever has it and the passphrase can
put any program on every station; without it the stations take no more updates from a stick.

`python -m installer.stick sign KEY.pem Depter-0.2.0-setup.exe FOLDER` copies the set-up there and writes manifest.json beside it.
"""

import argparse
import datetime as dt
import getpass
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from desktop.registers.resources import RESOURCES
from desktop.store.sealing import text
from desktop.store.updates import KEY_FILE, MANIFEST, covered

SETUP = re.compile(r"Depter-(\d+(?:\.\d+)*)-setup\.exe")


def new_key(path: Path, passphrase: str, public: Path) -> None:
    """Write a new secret key, and its public half for the program. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
    with path.open("xb") as file:
        file.write(secret)
    path.chmod(0o600)
    public.write_text(text(key.public_key().public_bytes_raw()) + "\n", "ascii")


def sign(path: Path, passphrase: str, setup: Path, folder: Path, day: str) -> Path:
    """Write the update of *setup* into *folder*, and give its manifest. Raises ValueError."""
    named = SETUP.fullmatch(setup.name)
    if not named:
        raise ValueError(f"{setup.name} is no setup of Depter")
    key = load_pem_private_key(path.read_bytes(), passphrase.encode())
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is no key of releases")  # noqa: TRY004 - the file is wrong, not its caller
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(setup, folder / setup.name)
    digest = hashlib.sha256(setup.read_bytes()).hexdigest()
    told = {"version": named[1], "day": day, "file": setup.name, "sha256": digest}
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps(told | {"signature": text(key.sign(covered(told)))}, indent=2) + "\n", "ascii")
    return manifest


def main() -> int:
    """Do what the words ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new-key").add_argument("key", type=Path)
    sub = commands.add_parser("sign")
    for name in ("key", "setup", "folder"):
        sub.add_argument(name, type=Path)
    options = parser.parse_args()
    passphrase = getpass.getpass("passphrase: ")
    try:
        if options.command == "new-key":
            new_key(options.key, passphrase, RESOURCES / KEY_FILE)
        else:
            print(sign(options.key, passphrase, options.setup, options.folder, dt.date.today().isoformat()))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
