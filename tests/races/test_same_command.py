"""The same command sent by several processes at once has one effect and one answer."""

import multiprocessing
from multiprocessing.queues import Queue
from pathlib import Path

from orderdesk.domain.orders import LineRequest, OrderFilter, OrderRequest
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import list_
from orderdesk.store.desk import Desk

PROCESSES = 4
REQUEST = OrderRequest(customer="ACME", lines=(LineRequest(product="P1", quantity="1"),))


def send(url: str, answers: "Queue[list[str]]") -> None:
    desk = Desk(url, "clerk").open()
    answers.put([desk.command(f"id-{n}", place, REQUEST).number for n in range(10)])
    desk.close()


def test_one_command_id_in_four_processes_is_one_order(url: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    answers: Queue[list[str]] = spawn.Queue()
    senders = [spawn.Process(target=send, args=(url, answers)) for _ in range(PROCESSES)]
    for sender in senders:
        sender.start()
    given = [answers.get(timeout=60) for _ in senders]
    for sender in senders:
        sender.join(60)
    assert len({tuple(numbers) for numbers in given}) == 1
    desk = Desk(url, "clerk").open()
    assert len(desk.read(list_, OrderFilter(limit=100)).orders) == 10
    desk.close()
