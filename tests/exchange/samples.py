"""A workbook of any zone with a value in every column, made of the declarations alone."""

import datetime as dt

from desktop.exchange.handoff import build
from desktop.exchange.layout import sheets
from desktop.exchange.workbook import Cover
from desktop.registers.kinds import Reading

LENGTH = {"day": 10, "month": 7, "year": 4}


def sample_of(f, codes, n):
    """Give a value of *f* as the store keeps it, another for each *n*."""
    chosen = list(codes[f.codes].codes) if f.codes else []
    return {
        "text": f"слово {n} =1+1",
        "note": f"строка {n}\n+ещё — ң ө ү",
        "integer": n,
        "decimal": n * 1_000_000,
        "date": f"2013-03-{n + 1:02}"[: LENGTH[f.precision] if f.coarse else 10],
        "time": f"09:0{n}",
        "yes_no": n % 2,
        "choice": chosen[n % len(chosen)] if chosen else None,
        "choices": " ".join(chosen[:2]) if chosen else None,
        "reference": f"IK-01-P-2013-000{n}",
    }[f.kind_name]


def tables_of(definitions, zone, count=3):
    """Give the sheets of *zone*, each with rows in which every column has a value."""
    found = []
    for sheet in sheets(definitions, zone):
        given = [f for f in sheet.columns if f.is_given and f.name != "uid"]
        found.append(
            (sheet, [{"uid": f"uid {n}"} | {f.name: sample_of(f, definitions.codes, n) for f in given} for n in range(count)])
        )
    return found


def write_sample_book(path, definitions, tables, language, *, by_hand=False):
    """Write *tables* as a workbook and give how cells are read again."""
    reading = Reading(dt.date(2013, 4, 1), dict(definitions.codes))
    meta = {"language": language, "month": "2013-03"}
    path.write_bytes(build(reading, tables, meta, Cover("Обложка", [("а", "б")], "", [], ["в"]), by_hand=by_hand))
    return reading
