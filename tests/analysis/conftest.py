"""A register of finds, small enough to reckon by hand, and a vault to keep it in."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.analysis.declarations import TableDeclaration
from desktop.analysis.tables import load_tables
from desktop.registers.declarations import Definitions, load
from desktop.registers.resources import RESOURCES
from desktop.store.records import Incoming, new_uid
from desktop.store.vault import Vault, create_vault

CODES = {
    "zones": [
        "code,ru,ky,en,group,from,until",
        "security,Р,К,Security,,,",
        "intelligence,О,Ы,Intelligence,,,",
        "health,З,Д,Health,,,",
        "training,У,О,Training,,,",
    ],
    "prisons": [
        "code,ru,ky,en,group,from,until,region",
        "HQ,ЦА,БА,HQ,,,,",
        "IK-01,ИК-1,ИК-1,IK-1,,,,KG-C",
        "IK-02,ИК-2,ИК-2,IK-2,,,,KG-O",
    ],
    "regions": ["code,ru,ky,en,group,from,until", "KG-C,Чуй,Чүй,Chuy,,,", "KG-O,Ош,Ош,Osh,,,"],
    "record_states": [
        "code,ru,ky,en,group,from,until,counts",
        "DRAFT,Черновик,Каралама,Draft,,,,0",
        "READY,Готово,Даяр,Ready,,,,1",
        "SUBMITTED,Передано,Тапшырылды,Submitted,,,,1",
        "VOID,Аннулировано,Жок,Void,,,,0",
    ],
    "void_reasons": ["code,ru,ky,en,group,from,until", "ERR,Ошибка,Ката,Error,,,"],
    "units": [
        "code,ru,ky,en,group,from,until,kg",
        "KG,кг,кг,kg,,,,1",
        "G,г,г,g,,,,0.001",
        "MG,мг,мг,mg,,,,0.000001",
        "TAB,табл.,табл.,tablets,,,,",
        "AMP,амп.,амп.,ampoules,,,,",
    ],
    "substances": [
        "code,ru,ky,en,group,from,until,kg_per_tablet",
        "CAN-RES,Гашиш,Гашиш,Hashish,CAN,,,",
        "OPI-HER,Героин,Героин,Heroin,OPI,,,",
        "ATS-MDM,МДМА,МДМА,MDMA,ATS,,,0.00027",
        "SED-DIA,Диазепам,Диазепам,Diazepam,SED,,,",
    ],
    "kinds": [
        "code,ru,ky,en,group,from,until",
        "NET,Нетто,Нетто,Net,,,",
        "GRO,Брутто,Брутто,Gross,,,",
        "TRC,Следы,Из,Traces,,,",
    ],
    "ways": ["code,ru,ky,en,group,from,until", "DOG,Собака,Ит,Dog,,,", "XRB,Рентген,Рентген,X-ray,,,"],
}

REGISTER = """
name = "finds"
zone = "security"
number = "{prison}-F-{year}-{serial:04}"
counts_on = "found_on"
list = ["number", "found_on"]
label = { en = "Finds", ru = "Находки", ky = "Табылгалар" }
purpose = { en = "Finds", ru = "Находки", ky = "Табылгалар" }
section = [{ name = "event", label = { en = "Event", ru = "Событие", ky = "Окуя" } }, { name = "items" }]
field = [
  { name = "found_on", kind = "date", precision = "year", section = "event", required = true, label = { en = "Date", ru = "Дата", ky = "Дата" } },
  { name = "case_opened", kind = "yes_no", section = "event", label = { en = "Case", ru = "Дело", ky = "Иш" } },
  { name = "ways", kind = "choices", codes = "ways", section = "event", label = { en = "Found by", ru = "Способ", ky = "Жол" } },
  { name = "dog", kind = "reference", register = "dogs", section = "event", label = { en = "Dog", ru = "Собака", ky = "Ит" } },
  { name = "people", kind = "integer", section = "event", label = { en = "People", ru = "Люди", ky = "Адамдар" } },
]

[[lines]]
name = "items"
label = { en = "Items", ru = "Предметы", ky = "Буюмдар" }
title = ["substance"]
field = [
  { name = "substance", kind = "choice", codes = "substances", label = { en = "Drug", ru = "Наркотик", ky = "Баңгизат" } },
  { name = "quantity", kind = "decimal", digits = 6, label = { en = "Amount", ru = "Количество", ky = "Саны" } },
  { name = "unit", kind = "choice", codes = "units", label = { en = "Unit", ru = "Единица", ky = "Бирдик" } },
  { name = "weighed", kind = "choice", codes = "kinds", label = { en = "Weighed", ru = "Взвешено", ky = "Тартылган" } },
  { name = "confirmed", kind = "yes_no", label = { en = "Confirmed", ru = "Подтверждено", ky = "Тастыкталды" } },
  { name = "lab_grams", kind = "decimal", unit = "G", label = { en = "Lab", ru = "Лаборатория", ky = "Лаборатория" } },
]
"""

DOGS = """
name = "dogs"
zone = "security"
number = "{prison}-D-{year}-{serial:04}"
counts_on = "born_on"
list = ["number"]
label = { en = "Dogs", ru = "Собаки", ky = "Иттер" }
purpose = { en = "Dogs", ru = "Собаки", ky = "Иттер" }
section = [{ name = "dog", label = { en = "Dog", ru = "Собака", ky = "Ит" } }]
field = [
  { name = "born_on", kind = "date", section = "dog", required = true, label = { en = "Born", ru = "Родилась", ky = "Туулган" } },
  { name = "sex", kind = "text", section = "dog", label = { en = "Sex", ru = "Пол", ky = "Жынысы" } },
  { name = "master", kind = "text", identifies = true, section = "dog", label = { en = "Master", ru = "Хозяин", ky = "Ээси" } },
]
"""

WEIGHT = """
name = "weight"
label = { en = "Weight", ru = "Вес", ky = "Салмак" }
description = { en = "Weight", ru = "Вес", ky = "Салмак" }
register = "finds"
lines = "items"
unit = "KG"
default_by = ["substance"]

[[when]]
name = "traces"
check = "weighed is not 'TRC'"
otherwise = "not_counted"
reason = { en = "Only traces", ru = "Только следы", ky = "Из гана" }

[[when]]
name = "gross"
check = "weighed = 'NET'"
otherwise = "doubtful"
reason = { en = "Weighed with its packing", ru = "Взвешено с упаковкой", ky = "Таңгагы менен" }

[measure]
sum = "quantity"
unit_field = "unit"
convert = "kg"
instead = [{ check = "confirmed", sum = "lab_grams" }]
per_piece = [{ unit = "TAB", codes = "substances", value = "substance", column = "kg_per_tablet" }]

[[dimension]]
name = "substance"
label = { en = "Drug", ru = "Наркотик", ky = "Баңгизат" }
value = "substance"

[[dimension]]
name = "group"
label = { en = "Group", ru = "Группа", ky = "Топ" }
value = "code('substances', substance, 'group')"
"""

CASES = """
name = "cases"
label = { en = "Cases", ru = "Дела", ky = "Иштер" }
description = { en = "Cases", ru = "Дела", ky = "Иштер" }
register = "finds"
through = ["dog"]
default_by = ["year"]

[[when]]
name = "no_case"
check = "case_opened"
otherwise = "not_counted"
reason = { en = "No case was opened", ru = "Дело не возбуждено", ky = "Иш козголгон эмес" }

[[when]]
name = "no_drug"
check = "(select count(*) from items where record = uid and substance is not null) > 0"
otherwise = "not_counted"
reason = { en = "No drug in it", ru = "Нет наркотиков", ky = "Баңгизат жок" }

[measure]
count = "records"

[[dimension]]
name = "ways"

[[dimension]]
name = "dog_sex"

[[dimension]]
name = "drugs"
label = { en = "Drugs in it", ru = "Что изъято", ky = "Алынган баңгизаттар" }
value = "(select group_concat(substance, ' ') from items where record = uid)"
codes = "substances"
many = true
"""

PEOPLE = """
name = "people"
label = { en = "People", ru = "Люди", ky = "Адамдар" }
description = { en = "People", ru = "Люди", ky = "Адамдар" }
register = "finds"

[measure]
sum = "people"
average = true
"""


def write_definitions(folder: Path) -> Path:
    """Write definitions into *folder*: one register, its codes, three tables."""
    for part in ("codes", "registers", "tables"):
        (folder / part).mkdir(parents=True)
    shutil.copy(RESOURCES / "record.toml", folder)
    for name, rows in CODES.items():
        (folder / "codes" / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
    for name, text in (("finds", REGISTER), ("dogs", DOGS)):
        (folder / "registers" / f"{name}.toml").write_text(text, "utf-8")
    for name, text in (("weight", WEIGHT), ("cases", CASES), ("people", PEOPLE)):
        (folder / "tables" / f"{name}.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of such definitions."""
    return write_definitions(tmp_path / "definitions")


@pytest.fixture
def definitions(folder: Path) -> Definitions:
    """Read that folder."""
    return load(folder)


@pytest.fixture
def tables(definitions: Definitions) -> dict[str, TableDeclaration]:
    """Read its tables."""
    return load_tables(definitions)


@pytest.fixture
def vault(tmp_path: Path, definitions: Definitions) -> Iterator[Vault]:
    """Make a headquarters, which keeps the records of several prisons."""
    with create_vault(
        tmp_path / "vault", definitions, prison="HQ", person="Асанова А.", password="x", profile="cheapest"
    ) as vault:
        yield vault


class Finds:
    """Puts finds into a vault as their prisons would have handed them off."""

    def __init__(self, vault: Vault) -> None:
        """Keep finds in *vault*."""
        self.vault, self.count = vault, 0

    def add(self, *items: dict[str, Any], **words: Any) -> str:
        """Keep a find with these *items*, and give its number."""
        return self.keep("finds", {"items": list(items)}, {"found_on": "2012-05-04"} | words)

    def keep(self, register: str, lines: dict[str, list[dict[str, Any]]], words: dict[str, Any]) -> str:
        """Keep a record of any register, and give its number."""
        self.count += 1
        number = f"F-{self.count:04}"
        header = {"uid": new_uid(), "number": number, "prison": "IK-01", "state": "READY", "revision": 1,
                  "created_at": "2012-01-01", "created_by": "x", "changed_at": "2012-01-01", "changed_by": "x"}  # fmt: skip
        note = {"check_number": number, "prison": "IK-01", "station": "a", "month": "2012-01", "revision": 1,
                "sequence": self.count, "previous": None, "file": "x.xlsx", "counts": {}}  # fmt: skip
        zone = self.vault.zone(self.vault.definitions.registers[register].zone)
        own = {name: [dict(row) for row in rows] for name, rows in lines.items()}
        zone.keep_received(note, {register: [Incoming(header | words, own)]})
        return number


@pytest.fixture
def finds(vault: Vault) -> Finds:
    """Give the way to put finds into the vault."""
    return Finds(vault)


def item(substance: str | None, quantity: str, unit: str | None, weighed: str | None = "NET", **words: Any) -> dict[str, Any]:
    """Make an item; *quantity* as it is written."""
    from decimal import Decimal

    stored = int(Decimal(quantity) * 1_000_000) if quantity else None
    return {"substance": substance, "quantity": stored, "unit": unit, "weighed": weighed, **words}
