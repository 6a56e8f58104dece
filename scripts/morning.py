"""Write docs/morning/*.svg: what three desks and some commands show on a morning on the demo.

    python -m scripts.morning

The clock stands still between steps, so that the pictures are the same on every day.
"""

import tempfile
from pathlib import Path

from tests.morning.gallery import PICTURES, Painter
from tests.morning.story import pass_morning


def main() -> None:
    """Take all pictures, and drop those that are taken no more."""
    painter = Painter()
    with tempfile.TemporaryDirectory() as room:
        pass_morning(str(Path(room) / "demo.db"), Path(room), painter)
    for path in PICTURES.glob("*.svg"):
        if path.stem not in painter.taken:
            path.unlink()
    print(f"{len(painter.taken)} pictures in {PICTURES}")


if __name__ == "__main__":
    main()
