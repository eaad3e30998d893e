"""Look into the SQL of declarations for code lists and codes that are not there, which SQL itself would never miss."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from desktop.registers.codes import CodeList

if TYPE_CHECKING:
    from desktop.registers.register import Register

_CALL = re.compile(r"\b(code|known|valid)\(\s*'([^']*)'\s*,")
_LAST_TEXT = re.compile(r",\s*'([^']*)'\s*$")
_EQUALS = re.compile(r"\b(\w+)\s*(?:=|==|!=|<>|\bis not|\bis)\s*'([^']*)'")
_EQUALS_OR = re.compile(r"\bcoalesce\(\s*(\w+)\s*,\s*'[^']*'\s*\)\s*(?:=|==|!=|<>)\s*'([^']*)'")
_IN = re.compile(r"\b(\w+)\s+(?:not\s+)?in\s*\(\s*('[^)]*')\s*\)")
_IN_OR = re.compile(r"\bcoalesce\(\s*(\w+)\s*,\s*'[^']*'\s*\)\s+(?:not\s+)?in\s*\(\s*('[^)]*')\s*\)")
_HAS = re.compile(r"\bhas\(\s*(\w+)\s*,\s*'([^']*)'\s*\)")
_OWN_COLUMNS = frozenset({"code", "group", "from", "until"})


def slips(expression: str, register: "Register", codes: Mapping[str, CodeList]) -> Iterator[str]:
    """Name the code lists, their columns and the codes that *expression* speaks of and that are not there."""
    for function, name, column in _calls(expression):
        if name not in codes:
            yield f"the code list {name!r} is unknown" + _hint(name, codes)
        elif function == "code" and column not in columns(codes[name]):
            yield f"the code list {name!r} has no column {column!r}" + _hint(column, columns(codes[name]))
    for name, values in _compared(expression):
        known = [codes[f.codes].codes for t in register.tables if (f := t.by_name.get(name)) and f.codes]
        for value in values if known else ():
            if not any(value in listed for listed in known):
                yield f"{value!r} is no code of {name}" + _hint(value, known[0])


def columns(code_list: CodeList) -> frozenset[str]:
    """List the columns that `code` can give of a code list."""
    return _OWN_COLUMNS | {name for row in code_list.codes.values() for name in row.other}


def _hint(written: str, known: Collection[str]) -> str:
    near = get_close_matches(written, known, 1)
    return f", did you mean {near[0]!r}?" if near else ""


def _calls(expression: str) -> Iterator[tuple[str, str, str]]:
    """Give function, list and last text of every call in *expression* that names a code list, one inside another too."""
    for call in _CALL.finditer(expression):
        depth, end = 1, call.end()
        while depth and end < len(expression):
            depth += {"(": 1, ")": -1}.get(expression[end], 0)
            end += 1
        last = _LAST_TEXT.search(expression[call.start() : end - 1])
        yield call[1], call[2], last[1] if last else ""


def _compared(expression: str) -> Iterator[tuple[str, list[str]]]:
    """Give each field of *expression* that is compared with texts, and those texts."""
    for pattern in (_EQUALS, _EQUALS_OR, _HAS):
        yield from ((name, [written]) for name, written in pattern.findall(expression))
    for pattern in (_IN, _IN_OR):
        yield from ((name, re.findall(r"'([^']*)'", written)) for name, written in pattern.findall(expression))
