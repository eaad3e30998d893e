import pytest


@pytest.fixture
def prison(vault):
    return vault


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder
