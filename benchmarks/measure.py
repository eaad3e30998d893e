"""Measure what people wait for, each against a plain way of doing about the same in the same run.

`python benchmarks/measure.py [--records 50000] [--json]`. The ratio says how much encryption, history, rules and figures
with their reasons cost; it is comparable between computers, seconds are not. Nothing here decides a test.
"""

import argparse
import datetime as dt
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).parents[1]))

from desktop.analysis.tables import figures, load_tables
from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor, Wish
from desktop.demo.run import demonstrate
from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import preview
from desktop.registers.declarations import load
from desktop.registers.folding import fold
from desktop.store.records import Filter, Incoming, Records, new_uid
from desktop.store.vault import Vault, create_vault

REGISTER, TABLE, WORD = "seizures", "drug_weight", "героин"
INVENTED, MONTHS, PAGE, SAVES, HANDED_OFF, TIMES = 300, 39, 50, 100, 1000, 5
LAST_DAY = dt.date(2013, 3, 31)
# What the store sets as well, so that both wait for the disk alike.
PLAIN = ("pragma journal_mode = truncate", "pragma synchronous = extra")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    words.add_argument("--records", type=int, default=50_000)
    words.add_argument("--json", action="store_true")
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = dict(measured(Path(folder), options.records))
    if options.json:
        print(json.dumps(found))
        return
    for name, (ours, plain) in found.items():
        print(f"{name:45} {ours * 1000:10.1f} ms   {plain * 1000:10.1f} ms plain   x {ours / plain:.1f}")


def measured(folder: Path, count: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """Give each measure's name with our seconds and the plain way's."""
    definitions = load()
    result = demonstrate(folder / "demonstration", definitions, lambda _: None, prisons=2, share=0.05)
    bare = seconds(lambda: workbooks(folder, result.hand_offs, result.accepted // result.hand_offs))
    yield f"a demonstration of {result.hand_offs} hand-offs", (result.seconds, bare)
    with create_vault(folder / "hq", definitions, prison="HQ", person="x", password="x", profile="cheapest") as vault:
        records = vault.records(REGISTER)
        samples = invented(records)
        plain = filled(vault, records, samples, count, folder)
        yield f"one save beside {count} records", saved(records, plain, samples)
        yield f"a page of a list of {count}", both(lambda: records.rows(records.ids()[:PAGE]), lambda: page(plain))
        searched = Filter(text=WORD)
        yield f"a search in {count}", both(lambda: records.rows(records.search(searched)[:PAGE]), lambda: search(plain))
        table = load_tables(definitions)[TABLE]
        lines = as_json_lines(records, folder)
        yield f"a table over {count}", both(lambda: figures(vault, table), lambda: summed(lines))
        yield from handed_off(folder, vault, samples)


def both(ours: Callable[[], object], plain: Callable[[], object]) -> tuple[float, float]:
    """Give the best of several times of each, taken in turn."""
    times = [(seconds(ours), seconds(plain)) for _ in range(TIMES)]
    return min(each[0] for each in times), min(each[1] for each in times)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def invented(records: Records) -> list[Incoming]:
    """Make records with everything a rule may ask for."""
    chance = Chance(random.Random(2013), records.zone.definitions.codes, {}, LAST_DAY, fills=0.35)
    wish = Wish(lines={table.name: [{}] for table in records.register.lines})
    months = [f"{2010 + n // 12}-{n % 12 + 1:02}" for n in range(MONTHS)]
    return [Incoming(*Inventor(records, chance).invent(months[n % MONTHS], wish)) for n in range(INVENTED)]


def filled(vault: Vault, records: Records, samples: list[Incoming], count: int, folder: Path) -> sqlite3.Connection:
    """Keep *count* records as they come in hand-offs, and the same in a plain file."""
    note = {"check_number": "x", "prison": "IK-01", "station": "x", "month": "2013-03", "revision": 1, "sequence": 1,
            "previous": "", "file": "x", "counts": {"accepted": count, "rejected": 0, "blank": 0}}  # fmt: skip
    header = {"prison": "IK-01", "state": "SUBMITTED", "revision": 1} | dict.fromkeys(
        ("created_at", "created_by", "changed_at", "changed_by"), "2013-03-31"
    )
    copies = [samples[n % len(samples)] for n in range(count)]
    incoming = [
        Incoming(one.record | header | {"uid": new_uid(), "number": f"IK-01-S-2013-{n}"},
                 {name: [dict(row, uid=new_uid()) for row in rows] for name, rows in one.lines.items()})
        for n, one in enumerate(copies)
    ]  # fmt: skip
    vault.zone(records.register.zone).keep_received(note, {records.register.name: incoming})
    plain = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    for pragma in PLAIN:
        plain.execute(pragma)
    plain.execute("create table r (id integer primary key, uid text unique, counted text, words text, content text)")
    plain.execute("create index r_counted on r (counted)")
    contents = [json.dumps([item.record, item.lines]) for item in incoming]
    plain.execute("begin")
    counted = records.register.counts_on
    plain.executemany("insert into r (uid, counted, words, content) values (?, ?, ?, ?)", (
        (i.record["uid"], i.record[counted], fold(content), content) for i, content in zip(incoming, contents, strict=True)
    ))  # fmt: skip
    plain.execute("commit")
    return plain


def saved(records: Records, plain: sqlite3.Connection, samples: list[Incoming]) -> tuple[float, float]:
    def ours() -> None:
        for one in samples[:SAVES]:
            records.save(one.record, one.lines, ready=True)

    def barely() -> None:
        for one in samples[:SAVES]:
            values = (new_uid(), one.record[records.register.counts_on], json.dumps([one.record, one.lines]))
            plain.execute("insert into r (uid, counted, content) values (?, ?, ?)", values)

    return seconds(ours) / SAVES, seconds(barely) / SAVES


def page(plain: sqlite3.Connection) -> list[object]:
    return [json.loads(row[0]) for row in plain.execute(f"select content from r order by counted desc limit {PAGE}")]


def search(plain: sqlite3.Connection) -> list[object]:
    sql = f"select content from r where words like '%opi her%' order by counted desc limit {PAGE}"
    return [json.loads(row[0]) for row in plain.execute(sql)]


def as_json_lines(records: Records, folder: Path) -> Path:
    path = folder / "records.jsonl"
    with path.open("w") as file:
        file.writelines(json.dumps([item.record, item.lines]) + "\n" for item in records.all())
    return path


def summed(path: Path) -> dict[str, Decimal]:
    """Add up the first number of every line by the first of its codes."""
    found: dict[str, Decimal] = {}
    with path.open() as file:
        for line in file:
            for rows in json.loads(line)[1].values():
                for row in rows:
                    number = next((value for value in row.values() if isinstance(value, int)), 0)
                    code = next((value for value in row.values() if isinstance(value, str)), "")
                    found[code[:3]] = found.get(code[:3], Decimal(0)) + Decimal(number)
    return found


def handed_off(folder: Path, vault: Vault, samples: list[Incoming]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Measure a hand-off of many records against the same cells through the bare libraries."""
    with create_vault(
        folder / "IK-01", vault.definitions, prison="IK-01", person="x", password="x", profile="cheapest"
    ) as prison:
        records = prison.records(REGISTER)
        for n in range(HANDED_OFF):
            records.save(samples[n % len(samples)].record, samples[n % len(samples)].lines, ready=True)
        rows = [list(map(str, item.record.values())) for item in records.all()]
        plain = folder / "plain.xlsx"
        ours, bare = seconds(lambda: hand_off(prison, folder)), seconds(lambda: write_rows(plain, rows))
        yield f"a hand-off of {HANDED_OFF} written", (ours, bare)
    path = next(folder.glob("IK-01_*.xlsx"))
    yield f"a hand-off of {HANDED_OFF} previewed", both(lambda: preview(vault, [path]), lambda: read_rows(plain))


def hand_off(prison: Vault, folder: Path) -> None:
    write_handoff(prison, prison.definitions.registers[REGISTER].zone, "2013-03", folder)


def workbooks(folder: Path, count: int, rows: int) -> None:
    """Write and read *count* workbooks of *rows* rows, as the demonstration does, but nothing else of it."""
    path = folder / "one.xlsx"
    for _ in range(count):
        write_rows(path, [["x" * 12] * 20] * rows)
        read_rows(path)


def write_rows(path: Path, rows: list[list[str]]) -> None:
    book = xlsxwriter.Workbook(path, {"in_memory": True})
    page = book.add_worksheet()
    for place, row in enumerate(rows):
        page.write_row(place, 0, row)
    book.close()


def read_rows(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


if __name__ == "__main__":
    main()
