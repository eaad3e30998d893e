"""The command line: everything a person can do in the window, through the same functions.

Exit code 0: done; 1: refused, with the sentence on stderr; 2: wrong usage. Passwords come from a prompt or a file, never
from an argument, which other users of the computer could read.
"""

import argparse
import getpass
import json
import locale
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.app import has_display, open_window
from desktop.commands.arguments import add_choices, add_work
from desktop.commands.outcome import DONE, REFUSED, Outcome, need
from desktop.paths import check_place, make_shared, station_folder
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError, DeclarationError
from desktop.store.keyring import HEADQUARTERS, PROFILES, read_station

if TYPE_CHECKING:
    from desktop.registers.declarations import Definitions
    from desktop.store.backups import Backup
    from desktop.store.keyring import Keys
    from desktop.store.vault import Vault

Command = Callable[[argparse.Namespace], Outcome | int]


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    _write_utf8()
    options = _parser(_terminal_language()).parse_args(arguments)
    command: Command = options.command
    try:
        outcome = command(options)
    except AppError as error:
        print(error.text[_language(options)], file=sys.stderr)
        return REFUSED
    except DeclarationError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except Exception as error:
        from desktop.store.driver import in_words

        failure = in_words(error)
        if failure is None:
            raise
        print(failure.text[_language(options)], file=sys.stderr)
        return REFUSED
    if isinstance(outcome, int):
        return outcome
    _print(outcome, options)
    return outcome.code


def _print(outcome: Outcome, options: argparse.Namespace) -> None:
    if options.json or getattr(options, "format", "") == "json":
        print(json.dumps(outcome.result, ensure_ascii=False), flush=True)
        return
    for line in outcome.lines:
        print(line[_language(options)], flush=True)


def _write_utf8() -> None:
    """Write Cyrillic whatever code page the terminal claims."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def _terminal_language() -> str:
    wanted = os.environ.get("DEPTER_LANGUAGE") or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    return next((language for language in LANGUAGES if wanted.casefold().startswith(language)), "en")


def _language(options: argparse.Namespace) -> str:
    return options.language or _terminal_language()


def _parser(language: str) -> argparse.ArgumentParser:
    def say(name: str) -> str:
        return message(f"cli.{name}")[language]

    def common() -> argparse.ArgumentParser:
        # Without a default of its own a command leaves alone what stood before its name: `depter --json table …`.
        parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
        parser.add_argument("--json", action="store_true", help=say("json"))
        parser.add_argument("--language", choices=LANGUAGES, help=say("language"))
        return parser

    # No abbreviations: `--password secret` would be taken for a file, and said in the sentence that it is not there.
    parser = argparse.ArgumentParser("depter", description=say("depter"), parents=[common()], allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"Depter {__version__}")
    parser.set_defaults(command=_open, dir=None, json=False, language=None)
    commands = parser.add_subparsers(metavar="…")

    def add(name: str, command: Command, *, folder: bool = True, password: bool = True) -> argparse.ArgumentParser:
        told = say(name.replace("-", "_"))
        sub = commands.add_parser(name, help=told, description=told, parents=[common()], allow_abbrev=False)
        sub.set_defaults(command=command)
        if folder:
            sub.add_argument("dir", type=Path, metavar="DIR", help=say("dir"))
        if password:
            sub.add_argument("--password-file", type=Path, metavar="FILE", help=say("password_file"))
            sub.add_argument("--person", metavar="NAME", help=say("person"))
        return sub

    sub = add("open", _open, folder=False, password=False)
    sub.add_argument("dir", type=Path, nargs="?", metavar="DIR", help=say("dir"))

    sub = add("demo", _demo, password=False)
    sub.add_argument("--seed", type=int, default=2013, help=say("seed"))
    sub.add_argument("--no-window", action="store_true", help=say("no_window"))

    sub = add("new", _new)
    whose = sub.add_mutually_exclusive_group(required=True)
    whose.add_argument("--prison", metavar="CODE", help=say("prison"))
    whose.add_argument("--headquarters", action="store_const", dest="prison", const=HEADQUARTERS, help=say("headquarters"))
    sub.add_argument("--letter", default="", help=say("letter"))
    sub.add_argument("--profile", choices=list(PROFILES), default="standard", help=say("profile"))

    sub = add("template", _template, password=False)
    sub.add_argument("--zone", required=True, metavar="Z", help=say("zone"))
    sub.add_argument("--month", required=True, metavar="YYYY-MM", help=say("month"))
    sub.add_argument("--out", required=True, type=Path, metavar="FILE", help=say("out_file"))
    sub.add_argument("--prison", metavar="CODE", help=say("prison"))

    sub = add("handoff", _handoff)
    sub.add_argument("--month", required=True, metavar="YYYY-MM", help=say("month"))
    sub.add_argument("--zone", action="append", metavar="Z", help=say("zone"))
    sub.add_argument("--out", required=True, type=Path, metavar="DIR", help=say("out_dir"))
    sub.add_argument("--why", help=say("why"))
    sub.add_argument("--lock-password-file", type=Path, metavar="FILE", help=say("lock_password_file"))

    add("acknowledge", _acknowledge).add_argument("check", metavar="CHECK", help=say("check_number"))

    sub = add("merge", _merge)
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE", help=say("files"))
    sub.add_argument("--preview", action="store_true", help=say("preview"))
    sub.add_argument("--errors", type=Path, metavar="FILE", help=say("errors"))
    sub.add_argument("--lock-password-file", type=Path, metavar="FILE", help=say("unlock_password_file"))
    add_choices(sub, language)
    add_work(commands, common, language, _with_vault)
    _add_results(add, say)
    _add_backups(add, say)
    return parser


def _with_vault(work: Callable[["Vault", argparse.Namespace], Outcome], options: argparse.Namespace) -> Outcome:
    with _unlocked(options) as vault:
        return work(vault, options)


def _add_results(add: Callable[..., argparse.ArgumentParser], say: Callable[[str], str]) -> None:
    sub = add("table", _table)
    sub.add_argument("name", metavar="NAME", help=say("table_name"))
    sub.add_argument("--from", dest="first", metavar="YYYY-MM", help=say("first"))
    sub.add_argument("--to", dest="last", metavar="YYYY-MM", help=say("last"))
    sub.add_argument("--by", help=say("by"))
    sub.add_argument("--format", choices=["text", "json"], default="text", help=say("format"))

    sub = add("export", _export)
    sub.add_argument("name", metavar="REGISTER", help=say("register"))
    sub.add_argument("--out", required=True, type=Path, metavar="FILE", help=say("out_list"))
    sub.add_argument("--month", metavar="YYYY-MM", help=say("month"))
    sub.add_argument("--columns", help=say("columns"))
    sub.add_argument("--codes", choices=["labels", "codes", "both"], default="labels", help=say("coded"))
    sub.add_argument("--identified", default="", metavar="WHY", help=say("identified"))


def _add_backups(add: Callable[..., argparse.ArgumentParser], say: Callable[[str], str]) -> None:
    sub = add("check", _check)
    sub.add_argument("--mark", action="append", default=[], metavar="Z=MARK", help=say("mark"))

    sub = add("backup", _backup)
    sub.add_argument("--to", type=Path, metavar="FOLDER", help=say("to"))

    sub = add("restore", _restore)
    sub.add_argument("--from", dest="source", required=True, type=Path, metavar="FOLDER", help=say("source"))
    sub.add_argument("--number", type=int, metavar="N", help=say("backup_number"))
    sub.add_argument("--zone", action="append", metavar="Z", help=say("zone"))
    sub.add_argument("--preview", action="store_true", help=say("restore_preview"))

    sub = add("self-test", _self_test, folder=False, password=False)
    sub.add_argument("--on-screen", action="store_true", help=say("on_screen"))
    sub.add_argument("--pictures", type=Path, metavar="DIR", help=say("pictures"))


def definitions_of(folder: Path | None) -> "Definitions":
    """Load the program's definitions, and those a station has of its own. Raises DeclarationError, AppError."""
    from desktop.store.definitions import load_station

    return load_station(folder)


def _password(options: argparse.Namespace) -> str:
    if options.password_file:
        return _from_file(options.password_file)
    try:
        return getpass.getpass(message("cli.password")[_language(options)] + ": ")
    except EOFError as error:
        raise AppError("cli.no_password") from error


def _from_file(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AppError("cli.no_password_file", file=path.name) from error


def _lock_password(options: argparse.Namespace) -> str:
    return _from_file(options.lock_password_file) if options.lock_password_file else ""


def _unlocked(options: argparse.Namespace) -> "Vault":
    from desktop.store.vault import open_vault

    read_station(options.dir)
    return open_vault(options.dir, definitions_of(options.dir), _password(options), options.person)


def _open(options: argparse.Namespace) -> Outcome | int:
    folder = options.dir or station_folder()
    if not has_display():
        raise AppError("cli.no_display")
    check_place(folder)
    if not options.dir:
        make_shared(folder)
    return open_window(folder, definitions_of(folder))


def _self_test(options: argparse.Namespace) -> Outcome:
    from desktop.selftest import in_words as worded
    from desktop.selftest import report, run_trials

    trials = run_trials(on_screen=options.on_screen, pictures=options.pictures)
    said = report(trials)
    return Outcome(worded(trials), said, DONE if said["works"] else REFUSED)


def _demo(options: argparse.Namespace) -> Outcome | int:
    from desktop.demo.published import as_json, as_lines
    from desktop.demo.run import PASSWORD, demonstrate

    language = _language(options)

    def say(text: Label) -> None:
        print(text[language], file=sys.stderr if options.json else sys.stdout, flush=True)

    result = demonstrate(options.dir, definitions_of(None), say, seed=options.seed, language=language)
    lines = [Label.same(""), *as_lines(result.compared), Label.same("")]
    lines.append(message("demo.where", folder=result.folder, seconds=round(result.seconds)))
    lines.append(message("demo.look", program=_this_program(), headquarters=result.headquarters, password=PASSWORD))
    counts = {name: getattr(result, name) for name in ("hand_offs", "records", "accepted", "rejected", "refused")}
    found = {"figures": as_json(result.compared, language), **counts, "seconds": round(result.seconds, 1)}
    found["headquarters"] = str(result.headquarters)
    outcome = Outcome(lines, found, DONE if result.is_right else REFUSED)
    if outcome.code or options.json or options.no_window or not has_display():
        return outcome
    _print(outcome, options)
    return open_window(result.headquarters, definitions_of(None))


def _this_program() -> str:
    """Say how this program was called, to be typed again."""
    if getattr(sys, "frozen", False):
        return "depter"
    python = Path(sys.executable)
    return f"{python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python} -m desktop"


def _new(options: argparse.Namespace) -> Outcome:
    from desktop.store.vault import create_vault

    check_place(options.dir)
    definitions = definitions_of(options.dir)
    language = options.language or "ru"
    with create_vault(
        options.dir, definitions, prison=options.prison, person=options.person or getpass.getuser(),
        password=_password(options), letter=options.letter, language=language, profile=options.profile,
    ) as vault:  # fmt: skip
        label = definitions.codes["prisons"].codes[vault.station.prison].label
        return Outcome([message("cli.made", prison=label)], {"prison": vault.station.prison, "station": vault.station.id})


def _template(options: argparse.Namespace) -> Outcome:
    from desktop.exchange.template import write_template

    station = read_station(options.dir)
    prison = options.prison or station.prison
    language = options.language or station.language
    definitions = definitions_of(options.dir)
    _check_zone(definitions, options.zone)
    path = write_template(definitions, options.zone, options.out, prison=prison, month=options.month, language=language)
    return Outcome([Label.same(str(path))], {"file": str(path)})


def _check_zone(definitions: "Definitions", zone: str) -> None:
    if zone not in definitions.zones:
        raise AppError("cli.unknown_zone", zone=zone, zones=", ".join(definitions.zones))


def _handoff(options: argparse.Namespace) -> Outcome:
    from desktop.analysis.totals import month_totals
    from desktop.exchange.handoff import write_handoff
    from desktop.exchange.sealed import may_leave

    with _unlocked(options) as vault:
        zones = options.zone or [zone for zone in vault.zones if may_leave(vault, zone)]
        stay = [] if options.zone else [zone for zone in vault.zones if zone not in zones]
        for zone in zones:
            _check_zone(vault.definitions, zone)
        write = partial(
            write_handoff, vault, why=options.why, language=options.language, totals=month_totals, lock=_lock_password(options)
        )
        made = [write(zone, options.month, options.out) for zone in zones]
    lines = [message("handoff.written", file=one.path.name, check=one.check_number) for one in made]
    lines += [one.cover_lost.text for one in made if one.cover_lost]
    lines += [message("sealed.stays", zone=vault.definitions.codes["zones"].codes[zone].label) for zone in stay]
    files = [
        {"file": str(one.path), "check": one.check_number, "revision": one.revision, "counts": one.counts,
         "locked": one.is_locked,
         "cover_lost": one.cover_lost and one.cover_lost.text[_language(options)]}
        for one in made
    ]  # fmt: skip
    return Outcome(lines, {"files": files, "stay": stay})


def _acknowledge(options: argparse.Namespace) -> Outcome:
    with _unlocked(options) as vault:
        unknown = AppError("handoff.unknown_check", check=options.check)
        for zone in vault.zones:
            try:
                count = vault.zone(zone).acknowledge(options.check)
            except AppError as error:
                if error.name != unknown.name:
                    raise
            else:
                return Outcome([message("cli.acknowledged", n=count)], {"records": count})
    raise unknown


def _merge(options: argparse.Namespace) -> Outcome:
    from desktop.commands import merges
    from desktop.exchange.merge import merge, preview
    from desktop.exchange.rejected import write_rejected
    from desktop.exchange.sealed import workbooks
    from desktop.store.backups import back_up_if_changed

    with _unlocked(options) as vault:
        if vault.station.is_headquarters:
            need(vault, "merge")
        plans = preview(vault, workbooks(options.files), _lock_password(options))
        chosen = merges.choices(options, plans)
        if not options.preview:
            back_up_if_changed(vault, "import")
            merge(vault, plans, chosen)
        written = write_rejected(plans, options.errors, _language(options)) if options.errors else 0
    lines, files = [], []
    for plan in plans:
        name, is_held = plan.name, merges.is_held(plan, chosen)
        if is_held:
            lines += merges.told(plan)
        else:
            lines.append(plan.refused or message("cli.known" if plan.known else "cli.merged", file=name, accepted=plan.accepted,
                                             rejected=plan.rejected, blank=plan.blank))  # fmt: skip
            lines += merges.remarks(plan)
        problems: list[dict[str, str]] = [
            {"sheet": row.sheet, "number": row.number, "cell": problem.cell, "value": problem.value,
             "problem": problem.text[_language(options)]}
            for row in plan.rows for problem in row.problems
        ]  # fmt: skip
        lines += [Label.same("   ".join(["", p["sheet"], p["cell"], p["value"], p["problem"]])) for p in problems]
        lines += [message("cli.unread", file=name, sheet=title) for title in plan.unread]
        files.append({
            "file": name, "refused": plan.refused and plan.refused[_language(options)], "known": plan.known,
            "locked": plan.is_locked,
            "prison": plan.prison, "month": plan.month, "zone": plan.zone, "check": plan.check_number,
            "held": is_held,
            "signature": plan.signature and {"state": plan.signature.state, "said": plan.signature.said[_language(options)]},
            "edited": list(plan.edited), "unread": list(plan.unread), "accepted": plan.accepted, "rejected": plan.rejected,
            "blank": plan.blank, "counts": plan.counts, "problems": problems,
        })  # fmt: skip
    if written:
        lines.append(message("cli.errors_written", n=written, file=options.errors.name))
    refused = any(plan.refused or (merges.is_held(plan, chosen) and not options.preview) for plan in plans)
    result = {"preview": options.preview, "files": files, "errors": str(options.errors) if written else None}
    return Outcome(lines, result, REFUSED if refused else DONE)


def _table(options: argparse.Namespace) -> Outcome:
    from desktop.analysis.tables import figures, load_tables
    from desktop.analysis.text import table_as_json, table_as_lines

    with _unlocked(options) as vault:
        tables = load_tables(vault.definitions)
        if options.name not in tables:
            raise AppError("cli.unknown_table", name=options.name, names=", ".join(tables))
        by = tuple(options.by.split(",")) if options.by else None
        found = figures(vault, tables[options.name], first=options.first, last=options.last, by=by)
        units = vault.definitions.codes["units"]
        vault.zone(found.table.zone).log("export", options.name)
    return Outcome(table_as_lines(found, units), table_as_json(found, _language(options)))


def _export(options: argparse.Namespace) -> Outcome:
    from desktop.exchange.layout import month_is_right
    from desktop.exchange.lists import Wish, chosen, write_list
    from desktop.store.records import Filter

    if options.month and not month_is_right(options.month):
        raise AppError("handoff.bad_month", month=options.month)
    with _unlocked(options) as vault:
        definitions = vault.definitions
        if options.name not in definitions.registers:
            raise AppError("cli.unknown_register", name=options.name, names=", ".join(definitions.registers))
        register, why = definitions.registers[options.name], options.identified
        keys = options.columns.split(",") if options.columns else None
        columns = chosen(definitions, register, keys, identified=bool(why))
        language = options.language or vault.station.language
        wish = Wish(Filter(month=options.month or ""), columns, options.codes, language, bool(why), why)
        may = vault.may("write", register.zone)
        written = write_list(vault.records(register.name), wish, options.out, may_identify=may)
    files = [str(path) for path in written.paths]
    return Outcome([*map(Label.same, files)], {"files": files, "records": written.records})


def _check(options: argparse.Namespace) -> Outcome:
    from desktop.store.check import check

    with _unlocked(options) as vault:
        if not vault.zones:
            raise AppError("cli.nothing_to_check", person=vault.person)
        checked = check(vault, pages=_marks(vault.definitions, options.mark))
        labels = vault.definitions.codes["zones"].codes
    lines = [finding.text for finding in checked.findings]
    for zone in checked.zones:
        records = message("sheet.records", n=zone.records)
        lines.append(message("cli.checked", zone=labels[zone.zone].label, records=records, mark=zone.head.text))
    lines += [message("cli.not_checked", file=f"{zone}.depter") for zone in checked.unopened]
    findings = [
        {"zone": f.zone, "kind": f.kind, "damage": f.damage, "event": f.event, "register": f.register, "uid": f.uid,
         "text": f.text[_language(options)]} for f in checked.findings
    ]  # fmt: skip
    zones = [{"zone": zone.zone, "records": zone.records, "mark": zone.head.text} for zone in checked.zones]
    result = {"sound": checked.is_sound, "findings": findings, "zones": zones, "unopened": list(checked.unopened)}
    return Outcome(lines, result, DONE if checked.is_sound else REFUSED)


def _marks(definitions: "Definitions", typed: Sequence[str]) -> dict[str, list[str]]:
    """Read what was typed from printed pages: zone to the marks of its history."""
    found: dict[str, list[str]] = {}
    for text in typed:
        zone, _, mark = text.partition("=")
        _check_zone(definitions, zone)
        found.setdefault(zone, []).append(mark)
    return found


def _backup(options: argparse.Namespace) -> Outcome:
    from desktop.store.backups import back_up, back_up_outside, own_place

    with _unlocked(options) as vault:
        made = back_up_outside(vault, options.to) if options.to else back_up(vault, own_place(vault.folder), "wish")
    lines = [message("cli.backed_up", number=made.number, folder=made.folder), *made.problems]
    zones = [{"zone": copy.zone, "records": copy.records, "verified": copy.head is not None} for copy in made.zones]
    problems = [text[_language(options)] for text in made.problems]
    result = {"number": made.number, "folder": str(made.folder), "zones": zones, "problems": problems}
    return Outcome(lines, result, REFUSED if made.problems else DONE)


def _restore(options: argparse.Namespace) -> Outcome:
    from desktop.store.restoring import keys_for, lacking, restore

    definitions = definitions_of(options.dir)
    for zone in options.zone or ():
        _check_zone(definitions, zone)
    backup = _chosen_backup(options)
    keys = keys_for(options.dir, backup, _password(options), options.person)
    if options.preview:
        return _foreseen(options, definitions, backup, keys)
    wanted = [f"{zone}.depter" for zone in options.zone or ()]
    restored = restore(options.dir, backup, keys, [*wanted, *lacking(options.dir, backup)] if wanted else ())
    line = message("cli.restored", number=backup.number, files=", ".join(restored.files), folder=restored.kept)
    return Outcome([line], {"number": backup.number, "files": list(restored.files), "kept": str(restored.kept)})


def _chosen_backup(options: argparse.Namespace) -> "Backup":
    """Find the newest backup of this station where the person points, or the one of a number. Raises AppError."""
    from desktop.store.backups import backups_at

    found = backups_at(options.source)
    with suppress(AppError):  # a station that is gone or damaged takes any that its people can open
        own = read_station(options.dir).id
        found = [backup for backup in found if backup.station.id == own]
    if len({backup.station.id for backup in found}) > 1:
        raise AppError("cli.several_stations", folders=", ".join(sorted({backup.folder.parent.name for backup in found})))
    if options.number is not None:
        found = [backup for backup in found if backup.number == options.number]
    if not found:
        raise AppError("cli.no_backup", folder=options.source)
    return max(found, key=lambda backup: backup.number)


def _foreseen(options: argparse.Namespace, definitions: "Definitions", backup: "Backup", keys: "Keys") -> Outcome:
    from desktop.store.restoring import foresee
    from desktop.store.vault import Vault

    with Vault(options.dir, definitions, backup.station, keys) as vault:
        found = [one for one in foresee(vault, backup) if not options.zone or one.copy.zone in options.zone]
    labels, lines, zones = definitions.codes["zones"].codes, [], []
    for one in found:
        counts = {kind: one.count(kind) for kind in ("lost", "older", "differs", "newer", "returns")}
        told = {"zone": labels[one.copy.zone].label, "copied": one.copy.records, "here": one.here}
        unsure = one.problem or one.unknown
        lines.append(unsure or message("cli.foreseen", **told, **counts))
        lines += [message("restore_wizard.hand_offs", n=one.hand_offs)] if one.hand_offs else []
        lines += [message("restore_wizard.merges", n=one.merges)] if one.merges else []
        zones.append({
            "zone": one.copy.zone, "copied": one.copy.records, "here": one.here, **counts, "hand_offs": one.hand_offs,
            "merges": one.merges, "problem": one.problem and one.problem[_language(options)],
            "unknown": one.unknown and one.unknown[_language(options)],
        })  # fmt: skip
    return Outcome(lines, {"preview": True, "number": backup.number, "zones": zones})
