"""The script of the setup compiles as it ships, and says every sentence in three languages."""

import re
import shutil
import subprocess

import pytest

from desktop import __version__
from installer.build import HERE, setup_words, size
from installer.version import numbers, resource

WORDS = HERE / "words"
CYRILLIC = re.compile(r"[А-Яа-яЁёҢңӨөҮү]")


@pytest.mark.skipif(not shutil.which("makensis"), reason="NSIS is not installed")
@pytest.mark.parametrize("target", ["x86-unicode", "amd64-unicode"])
def test_the_script_compiles_without_a_warning(tmp_path, target):
    program = tmp_path / "Depter"
    (program / "program").mkdir(parents=True)
    for name in ("Depter.exe", "depter-command.exe", "program/library.dll"):
        (program / name).write_bytes(b"x" * 1000)
    setup = tmp_path / "Depter-setup.exe"
    words = setup_words(str(program), str(setup), str(HERE), size(program), target=target)
    done = subprocess.run(["makensis", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert setup.read_bytes().startswith(b"MZ")


def test_a_setup_of_another_version_says_so():
    words = setup_words("F", "O", "H", 2048, version="99.1")
    assert {"-DVERSION=99.1", "-DNUMBERS=99.1.0.0", "-DKILOBYTES=2"} <= set(words)


def test_windows_is_told_the_version_of_the_program():
    assert ".".join(map(str, numbers())).startswith(__version__)
    assert f"'ProductVersion', '{__version__}'" in resource()


def test_every_sentence_of_the_setup_is_said_in_three_languages():
    text = (WORDS / "sentences.nsh").read_text("utf-8")
    said = re.findall(r'!insertmacro SENTENCE (\w+) \\\n((?:  ".+"(?: \\)?\n)+)', text)
    used = set(re.findall(r"\$\((\w+)\)", (HERE / "depter.nsi").read_text("utf-8")))
    assert {name for name, _ in said} == used
    for name, block in said:
        english, russian, kyrgyz = block.splitlines()
        assert not CYRILLIC.search(english), name
        assert CYRILLIC.search(russian), name
        assert CYRILLIC.search(kyrgyz), name
        assert len({english, russian, kyrgyz}) == 3, name


def test_no_russian_is_left_among_the_kyrgyz_words_of_the_setup():
    found = (WORDS / "Kyrgyz.nlf").read_text("utf-8-sig") + (WORDS / "Kyrgyz.nsh").read_text("utf-8-sig")
    assert not re.findall(r"[А-Яа-я]*(?:Щ|щ|Ъ|ъ|Нажмите|устан|удал|папку|файла )[а-я]*", found)
