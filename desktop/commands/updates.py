"""An update from a stick on the command line."""

import argparse

from desktop import __version__
from desktop.commands.outcome import Outcome
from desktop.registers.messages import message
from desktop.store.updates import install, read_update, release_key
from desktop.store.vault import Vault


def update(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Look at the update, and unless that was all: make and prove a backup, and start its set-up."""
    found = read_update(options.source, release_key())
    lines = [message("update.genuine", version=found.version, day=found.day, known=__version__)]
    said = {"version": found.version, "day": found.day, "backup": 0}
    if not options.preview:
        said["backup"] = number = install(vault, found)
        lines.append(message("update.started", number=number, version=found.version))
    return Outcome(lines, said)
