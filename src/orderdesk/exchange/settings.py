"""The user's own settings file: which company opens, who sits there, which keys do what.

TOML in the user's config folder:

    db = "main.db"
    user = "clerk"

    [keys]
    post = "f9"
    park = ["f2", "ctrl+s"]
"""

import json
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Final

from orderdesk.domain.errors import Refused

PLAIN: Final = ("db", "user")
"""The settings that are one text each."""

_NAMED: Final = frozenset(
    "enter escape tab space backspace delete insert home end pageup pagedown up down left right "
    "question_mark full_stop comma slash backslash minus plus asterisk equals_sign semicolon "
    "colon apostrophe quotation_mark underscore number_sign at exclamation_mark percent_sign "
    "ampersand dollar_sign tilde grave_accent circumflex_accent vertical_line less_than_sign "
    "greater_than_sign left_parenthesis right_parenthesis left_square_bracket "
    "right_square_bracket left_curly_bracket right_curly_bracket".split()
    + [f"f{number}" for number in range(1, 13)]
)
_PREFIXES: Final = ("ctrl+", "shift+")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one action, and the line of the file, from 1, that sets them."""

    names: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings file says; what it leaves out is empty."""

    path: Path
    db: str = ""
    user: str = ""
    keys: Mapping[str, Keys] = field(default_factory=dict)
    """The keys of an action by its name."""

    def refuse_unknown(self, actions: Collection[str]) -> None:
        """Raise Refused, naming the line, for a key that is set for no action of these."""
        for action, keys in self.keys.items():
            if action not in actions:
                import difflib

                near = difflib.get_close_matches(action, actions, 1)
                cure = f"did you mean {near[0]!r}?" if near else "see `orderdesk config keys`"
                raise Refused(
                    "bad_settings",
                    f"settings {self.path}, line {keys.line}: action {action!r} is unknown; {cure}",
                    path=str(self.path),
                    line=keys.line,
                )

    def refuse_shared(self, defaults: Mapping[str, Collection[str]], only: str = "") -> None:
        """Raise Refused, naming the line and both, for a key that is set for two actions.

        `defaults` gives the desk's own keys of every action: two that have one in common there
        may have one here, for they are never on one screen. `only` looks at one action's keys.
        """
        for (one, ours), (other, theirs) in combinations(self.keys.items(), 2):
            shared = [name for name in theirs.names if name in ours.names]
            if not shared or (only and only not in (one, other)):
                continue
            if set(defaults.get(one, ())).isdisjoint(defaults.get(other, ())):
                raise Refused(
                    "bad_settings",
                    f"settings {self.path}, line {theirs.line}: key {shared[0]!r} is set for "
                    f"{one!r} and for {other!r}; give one of them another key",
                    path=str(self.path),
                    line=theirs.line,
                )


def settings_path() -> Path:
    """Give the path of the settings file: ORDERDESK_CONFIG, else in the user's config folder."""
    named = os.environ.get("ORDERDESK_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("orderdesk", appauthor=False) / "config.toml"


def is_key(name: str) -> bool:
    """Tell whether this names a key, such as `f9`, `ctrl+o`, `question_mark` or `x`."""
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name in _NAMED or (len(name) == 1 and name.isprintable() and not name.isspace())


def read_settings(path: Path | None = None) -> Settings:
    """Read the settings file; one that is not there is empty.

    Raises Refused, naming the line, where it is no TOML or says something unknown.
    """
    path = path or settings_path()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            "bad_settings",
            f"settings {path} cannot be read ({error}); let its owner open it to you",
            path=str(path),
        ) from None
    return _settings(path, text)


def _settings(path: Path, text: str) -> Settings:
    import tomllib  # most people have no file to be read

    lines = text.splitlines()

    def refused(table: str, key: str, words: str) -> Refused:
        line = (_line_of(lines, table, key) or 0) + 1
        return Refused(
            "bad_settings", f"settings {path}, line {line}: {words}", path=str(path), line=line
        )

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("bad_settings", f"settings {path}: {error}", path=str(path)) from None
    for name, value in found.items():
        if name == "keys" and isinstance(value, dict):
            continue
        if name not in PLAIN:
            known = ", ".join([*PLAIN, "[keys]"])
            raise refused("", name, f"setting {name!r} is unknown; known: {known}")
        if not isinstance(value, str):
            raise refused("", name, f'{name} is no text; write {name} = "..."')
    keys = {}
    for action, value in found.get("keys", {}).items():
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            raise refused(
                "keys", action, f'{action} is neither a key nor a list; write ["f2", "ctrl+s"]'
            )
        for name in names:
            if not is_key(name):
                cure = "write it as f9, ctrl+o or x"
                raise refused("keys", action, f"key {name!r} is unknown; {cure}")
        line = (_line_of(lines, "keys", action) or 0) + 1
        keys[action] = Keys(tuple(names), line)
    return Settings(path, found.get("db", ""), found.get("user", ""), keys)


def change_setting(
    name: str,
    value: str,
    path: Path | None = None,
    check: Callable[[Settings], None] | None = None,
) -> Settings:
    """Write one setting and leave every other line of the file as it is; `keys.ACTION` is a key.

    An empty value takes the setting away. Raises Refused as `read_settings` does, or what `check`
    raises of the settings as they would be, and then the file stays as it was.
    """
    path = path or settings_path()
    before = read_settings(path)
    table, _, key = name.rpartition(".")
    if table not in ("", "keys") or (not table and key not in PLAIN):
        raise Refused(
            "unknown_setting",
            f"setting {name!r} is unknown; known: {', '.join(PLAIN)} and keys.ACTION",
            setting=name,
        )
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    written = _written(value, is_list=table == "keys")
    changed = _changed(lines, table, key, f"{_bare(key)} = {written}" if value else None)
    if changed == lines:
        return before
    text = "".join(f"{line}\n" for line in changed)
    after = _settings(path, text)
    if check is not None:
        check(after)
    _write(path, text)
    return after


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all, through a link, as open to others as it was.

    A new one is its user's alone, for it may hold a password.
    """
    import stat
    import tempfile

    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    handle, name = tempfile.mkstemp("-part", f".{path.name}.", path.parent)
    making = Path(name)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
        making.chmod(mode)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


def _written(value: str, *, is_list: bool) -> str:
    names = [name.strip() for name in value.split(",")] if is_list and value != "," else [value]
    return _quoted(names[0] if len(names) == 1 else names)


def _quoted(value: str | list[str]) -> str:
    # TOML's basic strings escape as JSON's do, but know no pairs of surrogates (an emoji's) and
    # no bare DEL; a line separator would tear the line apart.
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text)


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def _changed(lines: list[str], table: str, key: str, line: str | None) -> list[str]:
    """Give the lines with one replaced, added at the end of its table, or taken out."""
    found = _line_of(lines, table, key)
    if found is not None:
        return [*lines[:found], *([line] if line else []), *lines[found + 1 :]]
    if line is None:
        return lines
    heads = [number for number, each in enumerate(lines) if each.lstrip().startswith("[")]
    if not table:
        end = heads[0] if heads else len(lines)
        return [*lines[:end], line, *lines[end:]]
    start = next((n for n in heads if lines[n].split("#")[0].strip() == f"[{table}]"), None)
    if start is None:
        return [*lines, f"[{table}]", line]
    return [*lines[: start + 1], line, *lines[start + 1 :]]


def _line_of(lines: list[str], table: str, key: str) -> int | None:
    """Give the number, from 0, of the line that sets a key in a table."""
    here = ""
    name = rf"""\s*["']?{re.escape(key)}["']?\s*[.=]"""
    dotted = rf"\s*{table}\s*\.{name}"
    for number, line in enumerate(lines):
        if line.lstrip().startswith("["):
            here = line.split("#")[0].strip().strip("[]").strip()
        elif re.match(name, line) if here == table else not here and re.match(dotted, line):
            return number
    return None
