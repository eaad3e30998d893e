"""A register that no code has seen: the gate log of a prison, written as a stranger would write it."""

import shutil
from pathlib import Path

from desktop.registers.resources import RESOURCES

GATE_LOG = """
name = "gate_log"
zone = "security"
number = "{prison}-G-{year}-{serial:04}"
counts_on = "passed_on"
list = ["number", "passed_on", "direction", "loads", "state"]
title = ["driver"]
label = { en = "Gate log", ru = "Журнал КПП", ky = "КПП журналы" }
purpose = { en = "Every vehicle.", ru = "Каждая машина.", ky = "Ар бир унаа." }

[[section]]
name = "passage"
label = { en = "Passage", ru = "Проезд", ky = "Өтүү" }
[[section]]
name = "loads"

[[field]]
name = "passed_on"
kind = "date"
section = "passage"
required = true
label = { en = "Date", ru = "Дата", ky = "Күнү" }
[[field]]
name = "passed_at"
kind = "time"
section = "passage"
label = { en = "Time", ru = "Время", ky = "Убакыт" }
[[field]]
name = "direction"
kind = "choice"
codes = "directions"
section = "passage"
required = true
sticky = true
label = { en = "Direction", ru = "Направление", ky = "Багыты" }
[[field]]
name = "driver"
kind = "text"
section = "passage"
identifies = true
label = { en = "Driver", ru = "Водитель", ky = "Айдоочу" }
[[field]]
name = "searched"
kind = "yes_no"
section = "passage"
label = { en = "Searched", ru = "Досмотрена", ky = "Текшерилди" }
[[field]]
name = "finds"
kind = "choices"
codes = "finds"
section = "passage"
ask_if = "searched = 1"
required = true
label = { en = "Finds", ru = "Находки", ky = "Табылгалар" }
[[field]]
name = "left_on"
kind = "date"
section = "passage"
label = { en = "Left on", ru = "Выехала", ky = "Чыккан күнү" }
[[field]]
name = "comment"
kind = "note"
section = "passage"
label = { en = "Comment", ru = "Пояснение", ky = "Түшүндүрмө" }
[[field]]
name = "total"
kind = "decimal"
unit = "KG"
section = "passage"
value = "(select sum(weight) from loads where record = uid)"
label = { en = "Total", ru = "Всего", ky = "Баары" }

[[rule]]
name = "leaves_after"
check = "not before(left_on, passed_on)"
severity = "error"
about = ["left_on", "passed_on"]
text = { en = "It cannot leave before it came.", ru = "Не может выехать раньше въезда.", ky = "Келгенге чейин чыга албайт." }
[[rule]]
name = "heavy"
check = "total <= 5000"
severity = "warning"
about = ["total"]
text = { en = "Very heavy.", ru = "Очень тяжело.", ky = "Өтө оор." }

[[lines]]
name = "loads"
label = { en = "Loads", ru = "Груз", ky = "Жүк" }
title = ["cargo"]
at_least = 1
[[lines.field]]
name = "cargo"
kind = "text"
required = true
label = { en = "Cargo", ru = "Что везёт", ky = "Эмне" }
[[lines.field]]
name = "weight"
kind = "decimal"
unit = "KG"
min = 0
digits = 3
label = { en = "Weight", ru = "Вес", ky = "Салмагы" }
[[lines.field]]
name = "pieces"
kind = "integer"
label = { en = "Pieces", ru = "Штук", ky = "Даана" }
"""
DIRECTIONS = "code,ru,ky,en,group,from,until\nIN,Въезд,Кирүү,Entry,,,\nOUT,Выезд,Чыгуу,Exit,,,\nOLD,Прежнее,Эски,Old,,,2012\n"
FINDS = "code,ru,ky,en,group,from,until\nNON,Ничего,Эч нерсе,Nothing,,,\nDRG,Гашиш,Өсүмдүк,Hashish,,,\nPHO,Телефон,Телефон,Phone,,,\n"


def write_sample(folder: Path, register: str = GATE_LOG) -> Path:
    """Put the gate log and its code lists into *folder*."""
    for name in ("registers", "codes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "registers" / "gate_log.toml").write_text(register, "utf-8")
    (folder / "codes" / "directions.csv").write_text(DIRECTIONS, "utf-8")
    (folder / "codes" / "finds.csv").write_text(FINDS, "utf-8")
    return folder


def copy_resources(folder: Path) -> Path:
    """Copy the program's own declarations to *folder*, to be edited there."""
    for name in ("registers", "codes"):
        shutil.copytree(RESOURCES / name, folder / name)
    shutil.copy(RESOURCES / "record.toml", folder)
    return folder


def passage(**changes: object) -> dict[str, object]:
    """Give a record of the gate log with nothing wrong."""
    return {"passed_on": "2013-03-28", "direction": "IN", "driver": "Асанов Болот"} | changes


def load_line(**changes: object) -> dict[str, object]:
    """Give a line of the gate log with nothing wrong."""
    return {"cargo": "мука", "weight": 12_500_000, "pieces": 1} | changes
