"""Write an empty workbook that a prison without a working computer fills in by hand."""

import datetime as dt
from pathlib import Path

from desktop import __version__
from desktop.exchange.handoff import build, month_in_words, signatures
from desktop.exchange.layout import FORMAT, month_is_right, sheets
from desktop.exchange.sealed import must_be_sealed
from desktop.exchange.workbook import Cover, write_file
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import Reading
from desktop.registers.messages import message
from desktop.registers.problems import AppError


def write_template(definitions: Definitions, zone: str, path: Path, *, prison: str, month: str, language: str = "ru") -> Path:
    """Write the template of *zone* for one prison and month. Raises AppError."""
    if not month_is_right(month):
        raise AppError("handoff.bad_month", month=month)
    if prison not in definitions.codes["prisons"].codes:
        raise AppError("vault.unknown_prison", prison=prison)
    label = definitions.codes["zones"].codes[zone].label
    if must_be_sealed(definitions, zone):
        raise AppError("sealed.template", zone=label)
    meta = {
        "format": FORMAT, "prison": prison, "month": month, "zone": zone, "revision": "0", "sequence": "0",
        "station": "", "language": language, "program": __version__, "definitions": definitions.fingerprint,
        "previous": "",
    }  # fmt: skip
    name = definitions.codes["prisons"].codes[prison].label[language]
    words = month_in_words(month, language)
    facts = [("sheet.prison", name), ("sheet.month", words), ("sheet.zone", label[language])]
    registers = [(register.label[language], register.purpose[language]) for register in definitions.of_zone(zone)]
    heading = message("sheet.template_heading", prison=name, month=words)[language]
    how = message("sheet.how_to_fill")[language]
    cover = Cover(heading, [(message(n)[language], text) for n, text in facts], how, registers, signatures(language))
    reading = Reading(dt.date.today(), dict(definitions.codes))
    write_file(path, build(reading, [(sheet, []) for sheet in sheets(definitions, zone)], meta, cover, by_hand=True))
    return path
