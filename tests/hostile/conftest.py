import pytest

from desktop.exchange.merge import plan_files
from desktop.exchange.reading import Source, parse
from tests.exchange.conftest import headquarters, prison, stick  # noqa: F401 - the same stations meet here
from tests.exchange.steps import enter, hand_off


@pytest.fixture
def content(vault, tmp_path):
    """An honest hand-off of two records, as it lies on the stick."""
    enter(vault, comment="первая")
    enter(vault, comment="вторая")
    return hand_off(vault, tmp_path).path.read_bytes()


@pytest.fixture
def said():
    """Give in English why a file is refused, or nothing where it is read."""

    def refusal(content, name="передача.xlsx"):
        refused = parse(Source(name, content)).refused
        return refused["en"] if refused else ""

    return refusal


@pytest.fixture
def plan(headquarters):  # noqa: F811 - pytest gives the fixture by its name
    return lambda content: plan_files(headquarters, [parse(Source("передача.xlsx", content))])[0]
