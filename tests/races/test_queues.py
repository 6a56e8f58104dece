"""Many people decide about the same hold at the same moment; one of them does."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from orderdesk.domain.errors import OrderDeskError
from orderdesk.services.orders import reading
from orderdesk.services.queues.deciding import approve, reject, take
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.processes import Crew, Diary, until
from tests.services.queues.waiting import held, waiting

DECISIONS: dict[str, Callable[..., object]] = {
    "take": take,
    "approve": approve,
    "reject": lambda work, id: reject(work, id, "half in advance"),
}


def decide(diary: Diary, url: str, user: str, go: str, decision: str, id: str) -> None:
    """Wait for the start, decide, and say what came of it."""
    desk = Desk(url, user).open()
    waiting(desk)
    diary.say("ready")
    until(Path(go).exists, "the start")
    try:
        desk.run(DECISIONS[decision], id)
    except OrderDeskError as error:
        by = next(v for k, v in error.details.items() if k in ("taken_by", "released_by"))
        diary.say("told", error.code, by)
    else:
        diary.say("done", user)
    desk.close()
    diary.say("through")


def race(folder: Path, url: str, id: str, deciders: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Let users decide at once, each given with the decision; give what each was told."""
    go = folder / "go"
    with Crew(folder) as crew:
        workers = [
            crew.start(f"decider-{place}", decide, url, user, str(go), decision, id)
            for place, (user, decision) in enumerate(deciders)
        ]
        for worker in workers:
            worker.wait_for("ready")
        go.touch()
        for worker in workers:
            worker.wait_for("through")
        return [
            words for worker in workers for words in worker.diary.lines() if words[0] != "ready"
        ]


@pytest.fixture
def first(desk: Desk) -> str:
    """Give the id of a hold on an order that the clerk entered."""
    held(desk)
    return waiting(desk)[0].id


def test_of_eight_processes_exactly_one_approves_and_the_others_are_told(
    url: str, desk: Desk, first: str, tmp_path: Path
) -> None:
    said = race(
        tmp_path / "crew", url, first, [("supervisor", "approve"), ("owner", "approve")] * 4
    )
    done = [words for words in said if words[0] == "done"]
    told = [words for words in said if words[0] == "told"]
    assert len(done) == 1
    assert told == [["told", "already_released", done[0][1]]] * 7
    assert [event.kind for event in desk.read(reading.events, "1")] == ["placed", "released"]
    assert waiting(desk) == []
    assert_laws_hold(desk)


def test_of_two_takers_one_has_it_and_the_other_is_told_who(
    url: str, desk: Desk, first: str, tmp_path: Path
) -> None:
    said = race(tmp_path / "crew", url, first, [("supervisor", "take"), ("owner", "take")])
    [done] = [words for words in said if words[0] == "done"]
    [told] = [words for words in said if words[0] == "told"]
    assert told == ["told", "taken", done[1]]
    assert waiting(desk)[0].taken_by == done[1]
