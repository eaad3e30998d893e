"""The arguments of the commands that work with an open station.

What does the work is imported when its command is typed: help, and every other command, need not wait for it.
"""

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands.outcome import Outcome
from desktop.registers.messages import message

if TYPE_CHECKING:
    from desktop.store.vault import Vault

Work = Callable[["Vault", argparse.Namespace], Outcome]
Opener = Callable[[Work, argparse.Namespace], Outcome]


def add_choices(sub: argparse.ArgumentParser, language: str) -> None:
    """Let the merge be told which held hand-offs to take, and why."""
    sub.add_argument("--accept", action="append", metavar="CHECK", help=message("work.accept")[language])
    sub.add_argument("--why", help=message("work.accept_why")[language])


def _work(name: str, vault: "Vault", options: argparse.Namespace) -> Outcome:
    """Do *name*, module and function of `desktop.commands`, with an open station."""
    module, _, function = name.partition(".")
    work: Work = getattr(import_module(f"desktop.commands.{module}"), function)
    return work(vault, options)


def add_work(commands: Any, common: Callable[[], argparse.ArgumentParser], language: str, with_vault: Opener) -> None:
    """Add what is done with an open station by the functions of `desktop.commands`."""

    def add(name: str, work: str) -> argparse.ArgumentParser:
        told = message(f"work.{name.replace('-', '_')}")[language]
        sub: argparse.ArgumentParser = commands.add_parser(
            name, help=told, description=told, parents=[common()], allow_abbrev=False
        )
        sub.set_defaults(command=partial(with_vault, partial(_work, work)))
        sub.add_argument("dir", type=Path, metavar="DIR", help=message("cli.dir")[language])
        sub.add_argument("--password-file", type=Path, metavar="FILE", help=message("cli.password_file")[language])
        sub.add_argument("--person", metavar="NAME", help=message("cli.person")[language])
        return sub

    def out(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--out", required=True, type=Path, metavar="DIR", help=message("cli.out_dir")[language])

    def record(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("name", metavar="REGISTER", help=message("cli.register")[language])
        sub.add_argument("number", metavar="NUMBER", help=message("work.number")[language])

    out(add("keys", "stations.keys"))
    sub = add("enrol", "stations.enrol")
    sub.add_argument("file", type=Path, metavar="FILE", help=message("work.key_file")[language])
    sub.add_argument("--zone", metavar="Z", help=message("cli.zone")[language])
    sub.add_argument("--accept", action="store_true", help=message("work.accept_keys")[language])
    add("people", "stations.people")
    out(add("send-packs", "stations.send_packs"))
    sub = add("apply-pack", "stations.apply_pack")
    sub.add_argument("file", type=Path, metavar="FILE", help=message("work.pack_file")[language])
    sub.add_argument("--apply", action="store_true", help=message("work.apply")[language])

    sub = add("update", "updates.update")
    sub.add_argument(
        "--from", dest="source", required=True, type=Path, metavar="DIR", help=message("work.update_from")[language]
    )
    sub.add_argument("--preview", action="store_true", help=message("work.update_preview")[language])

    out(add("write-receipts", "letters.write_receipts"))
    sub = add("read-receipts", "letters.read_receipts")
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE", help=message("work.letters")[language])
    add("questions", "letters.list_questions").add_argument("--all", action="store_true", help=message("work.all")[language])
    sub = add("ask", "letters.ask")
    record(sub)
    sub.add_argument("text", metavar="TEXT", help=message("work.text")[language])
    sub.add_argument("--field", metavar="FIELD", help=message("work.field")[language])
    sub = add("answer", "letters.answer")
    sub.add_argument("uid", metavar="QUESTION", help=message("work.question")[language])
    sub.add_argument("text", metavar="TEXT", help=message("work.text")[language])
    sub = add("close-question", "letters.close_question")
    sub.add_argument("uid", metavar="QUESTION", help=message("work.question")[language])
    sub = add("ask-again", "letters.ask_again")
    sub.add_argument("uid", metavar="QUESTION", help=message("work.question")[language])
    sub.add_argument("text", metavar="TEXT", help=message("work.text")[language])
    record(add("history", "letters.history"))

    sub = add("undo-merge", "merges.undo")
    sub.add_argument("check", metavar="CHECK", help=message("work.check")[language])
    sub.add_argument("--why", required=True, help=message("work.undo_why")[language])
