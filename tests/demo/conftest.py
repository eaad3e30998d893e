import pytest

from desktop.demo.run import demonstrate
from desktop.registers.declarations import load

PRISONS, SHARE = 2, 0.05


@pytest.fixture(scope="session")
def known():
    return load()


@pytest.fixture(scope="session")
def small(tmp_path_factory, known):
    """A demonstration with two prisons, in which little happens beside what the published figures rest on."""
    folder = tmp_path_factory.mktemp("demonstration")
    return demonstrate(folder, known, lambda _: None, prisons=PRISONS, share=SHARE)
