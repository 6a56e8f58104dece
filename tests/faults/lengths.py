"""How long each fault is tried when everything is tried in full.

The one place where this is said: `python -m tests.faults NAME --full` and the run of everything go
by it. Each fault says itself how long it is tried when a person just asks, and in CI.
"""

from typing import Final

FULL: Final = {
    "kill": 10_000,
    "power": 1_000,
    "engine": 200,
    "identity": 20,
    "share": 1,
    "readonly": 100,
    "restore": 100,
    "migrate": 100,
    "fence": 30,
    "full": 20,
    "replay": 100_000,
    "edit": 100,
    "text": 100_000,
    "numbers": 100_000,
    "burst": 100,
    "reallocate": 200,
    "oversell": 100_000,
    "double": 50,
    "foureyes": 50,
    "audit": 50,
    "mutants": 49,
}
"""By name, in what the fault counts: kills, cuts, tries, rounds."""
