import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from desktop.store.vault import create_vault, open_vault
from tests.sample import write_sample

PASSWORD = "пароль"


@pytest.fixture(scope="session")
def definitions(tmp_path_factory):
    """The program's definitions and the gate log beside them."""
    return load(RESOURCES, write_sample(tmp_path_factory.mktemp("own")))


@pytest.fixture
def make_vault(tmp_path, definitions):
    """Make vaults in the test's folder, and close them with the test."""
    made = []

    def make(prison="IK-01", name=None, *, own=None, **words):
        folder = tmp_path / (name or prison)
        words = {"person": "Бекова Г.", "password": PASSWORD, "profile": "cheapest"} | words
        made.append(create_vault(folder, own or definitions, prison=prison, **words))
        return made[-1]

    yield make
    for vault in made:
        vault.close()


@pytest.fixture
def vault(make_vault):
    return make_vault()


@pytest.fixture
def reopen(definitions):
    """Close a vault and open it again, as the next morning."""
    opened = []

    def again(vault, own=None):
        vault.close()
        opened.append(open_vault(vault.folder, own or definitions, PASSWORD))
        return opened[-1]

    yield again
    for vault in opened:
        vault.close()


@pytest.fixture
def gate_log(vault):
    return vault.records("gate_log")
