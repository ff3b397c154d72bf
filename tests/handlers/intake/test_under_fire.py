"""Bodies without end, a database that is busy, senders that hang up: nothing is lost, nothing half done."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPResponse

import httpx2
import pytest

from bot.store.database import PATIENCE_SECONDS
from bot.store.writer_gate import Priority
from tests.handlers.intake.door import TOKEN, Door, served, stopped, writer_elsewhere
from tests.rules.plant import NOON

WAIT_SECONDS = 60
HEAD = (
    "POST /v1/events HTTP/1.1\r\nHost: andon\r\n"
    f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
)


def answer_to(sender: socket.socket) -> tuple[int, str]:
    """Status and body, in however many pieces they come."""
    answer = HTTPResponse(sender)
    answer.begin()
    return answer.status, answer.read().decode()


def test_an_announced_giant_is_refused_before_a_byte_of_it_is_read(sqlite_door: Door) -> None:
    with served(sqlite_door.app) as address, socket.create_connection(address, WAIT_SECONDS) as sender:
        sender.sendall(f"{HEAD}Content-Length: 10000000000\r\n\r\n".encode())
        status, _ = answer_to(sender)
    assert status == 413


def test_an_endless_body_is_refused_as_soon_as_it_is_too_large(sqlite_door: Door) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with served(sqlite_door.app) as address, socket.create_connection(address, WAIT_SECONDS) as sender:
        sender.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 17)
        status, said = answer_to(sender)
    assert status == 413
    assert "more than 1,048,576 bytes" in said


def test_many_senders_at_once_are_all_answered_by_few_commits(door: Door, database_url: str) -> None:
    commits: list[None] = []
    door.database.on_commit.append(lambda: commits.append(None))
    with served(door.app) as (host, port), ThreadPoolExecutor(40) as senders:

        def send(number: int) -> httpx2.Response:
            event = stopped(str(number), type="nobody.cares")
            headers = {"Authorization": f"Bearer {TOKEN}"}
            return httpx2.post(
                f"http://{host}:{port}/v1/events", json=event, headers=headers, timeout=WAIT_SECONDS
            )

        with writer_elsewhere(database_url):
            answers = [senders.submit(send, number) for number in range(40)]
        codes = {answer.result(WAIT_SECONDS).status_code for answer in answers}
    assert codes == {200}
    assert len(door.stored()) == 40
    assert len(commits) < 40


def test_many_senders_of_readings_share_commits_and_each_keeps_its_own_errors(
    door: Door, database_url: str
) -> None:
    commits: list[None] = []
    door.database.on_commit.append(lambda: commits.append(None))
    with served(door.app) as (host, port), ThreadPoolExecutor(40) as senders:

        def send(number: int) -> tuple[int, object]:
            time = (NOON - timedelta(minutes=number)).isoformat()
            reading = {"kpi": "oee", "value": 75 if number % 10 else "much", "time": time}
            headers = {"Authorization": f"Bearer {TOKEN}"}
            answer = httpx2.post(
                f"http://{host}:{port}/v1/readings", json=reading, headers=headers, timeout=WAIT_SECONDS
            )
            said = answer.json()
            return answer.status_code, said.get("counts") or said["errors"][0]["rule"]

        with writer_elsewhere(database_url):
            answers = [senders.submit(send, number) for number in range(40)]
        told = [answer.result(WAIT_SECONDS) for answer in answers]
    refused = (422, "must be a number")
    assert told == [(200, {"recorded": 1}) if number % 10 else refused for number in range(40)]
    assert len(commits) < 36


def test_a_busy_database_is_a_reason_to_try_again(
    door: Door, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PATIENCE_SECONDS, Priority.INTAKE, 0.2)
    with writer_elsewhere(database_url):
        answer = door.post([stopped("1"), stopped("2", type="")])
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "nothing of this request was taken" in answer.json()["detail"]
    assert door.stored() == []
    assert door.post(stopped("1")).json()["events"][0]["outcome"] == "opened"


def test_who_hangs_up_before_the_answer_has_still_sent_the_event(door: Door, database_url: str) -> None:
    committed = threading.Event()
    door.database.on_commit.append(committed.set)
    body = json.dumps(stopped("1")).encode()
    with served(door.app) as address:
        with writer_elsewhere(database_url), socket.create_connection(address, WAIT_SECONDS) as sender:
            sender.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert committed.wait(WAIT_SECONDS)
    assert door.stored() == [("/mes", "1")]


def test_who_hangs_up_in_the_middle_has_sent_nothing(sqlite_door: Door) -> None:
    with served(sqlite_door.app) as address:
        with socket.create_connection(address, WAIT_SECONDS) as sender:
            sender.sendall(f'{HEAD}Content-Length: 1000\r\n\r\n{{"type":'.encode())
        answer = httpx2.get(f"http://{address[0]}:{address[1]}/healthz")
    assert answer.status_code == 200
    assert sqlite_door.stored() == []


def test_who_comes_while_the_bot_goes_down_is_told_to_come_again(door: Door) -> None:
    door.queue.stop(drain_seconds=10)
    answer = door.post(stopped("1"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
