"""What faults and benchmarks showed: one line of JSON each in docs/measured.jsonl.

A line is added when something has been tried, so that a run which was stopped goes on where it
was. Of several lines for one thing the last one counts.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from orderdesk.store import driver

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "docs" / "measured.jsonl"

Line = dict[str, Any]
Key = tuple[str, str, str]
"""Fault or benchmark, its name, and for a fault the kind of database."""


def key(line: Mapping[str, Any]) -> Key:
    """Give what a line is about."""
    return line["kind"], line["name"], line.get("database", "")


def read(path: Path = RESULTS) -> dict[Key, Line]:
    """Give the newest line about each thing; none where nothing was tried yet."""
    if not path.exists():
        return {}
    lines = (json.loads(text) for text in path.read_text("utf-8").splitlines() if text)
    return {key(line): line for line in lines}


def add(line: Line, path: Path = RESULTS) -> None:
    """Write one line behind the others, whole or not at all as far as a kill can tell."""
    text = json.dumps(line, ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


def machine() -> str:
    """Say in a few words what this machine is, without its name."""
    processor, memory = platform.processor() or platform.machine(), ""
    cpus, info = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpus.exists():
        found = [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        processor = found[0].partition(":")[2].strip() if found else processor
    if info.exists():
        size = int(info.read_text().split()[1]) / 1024**2
        memory = f", {size:.0f} GiB"
    sqlite = ".".join(map(str, driver.load().sqlite_version_info))
    return (
        f"{os.cpu_count()} x {processor}{memory}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite}"
    )


def commit() -> str:
    """Give the commit that is tried, with `+` where files differ from it; empty without git.

    The pages that these scripts write themselves make no difference.
    """
    written = [f":!docs/{name}" for name in ("measured.jsonl", "measured.md", "claims.md")]
    changed = _git("diff", "--name-only", "HEAD", "--", ".", *written)
    return _git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()
