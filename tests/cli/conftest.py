"""The commands, as people and scripts run them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orderdesk.cli.main import app


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout."""
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def rows(self) -> list[Any]:
        """The objects on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        """The one error object on stderr."""
        [line] = self.err.splitlines()
        return json.loads(line)["error"]


Program = Callable[..., Ran]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a home of its own, and nothing from this machine's environment."""
    for name in ("ORDERDESK_DB", "ORDERDESK_USER", "ORDERDESK_CONFIG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "home"
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(place / name[4:8].lower()))
    return place


@pytest.fixture
def settings_file(home: Path) -> Path:
    """Give where the user's settings stand; its folder is there, and it is not."""
    path = home / "conf" / "orderdesk" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def run(*arguments: str, given: str | bytes | None = None, **environment: str) -> Ran:
    """Run a command line in this process."""
    done = CliRunner().invoke(
        app, list(arguments), input=given, env=environment, prog_name="orderdesk"
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


def acting(url: str, user: str = "clerk") -> Program:
    """Give the program on a company as somebody, unless a call says otherwise."""

    def program(*arguments: str, given: str | bytes | None = None, **environment: str) -> Ran:
        given_to_it = {"ORDERDESK_DB": url, "ORDERDESK_USER": user, **environment}
        return run(*arguments, given=given, **given_to_it)

    return program


@pytest.fixture
def orderdesk(url: str) -> Program:
    """Give the program on the small company, on each database in turn, as the clerk."""
    return acting(url)


@pytest.fixture
def local(sqlite_url: str) -> Program:
    """Give the program on the small company on SQLite alone, as the clerk."""
    return acting(sqlite_url)
