"""Where the demo's files are: in the package first, else in the checkout."""

from pathlib import Path

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.exchange import resources
from orderdesk.exchange.resources import data_folder


def test_the_files_of_the_checkout_are_found() -> None:
    assert (data_folder() / "northwind" / "made_up.json").is_file()


def test_the_packages_own_files_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "src" / "orderdesk"
    for folder in (package / "data", tmp_path / "data"):
        (folder / "northwind").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert data_folder() == package / "data"


def test_where_there_are_none_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "src" / "orderdesk")
    with pytest.raises(Unavailable, match="install OrderDesk again"):
        data_folder()
