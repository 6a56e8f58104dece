"""Where the files that come with OrderDesk are: in the installed package, or in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderdesk.domain.errors import Unavailable

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """Give the folder `data`: the package's own, else the one of the checkout around it.

    Raises Unavailable where neither is there.
    """
    for folder in (_PACKAGE / "data", _PACKAGE.parents[1] / "data"):
        if (folder / "northwind").is_dir():
            return folder
    raise Unavailable(
        "no_data",
        f"the demo company's files are missing beside {_PACKAGE}; install OrderDesk again",
    )
