"""How a KPI's last readings look: drawn by Slack, or as a picture, or in bars, and always in figures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from bot.control_plan import load
from bot.sandbox.faults import Fault
from bot.sandbox.values import Json, Message
from tests.deadlines import eventually
from tests.scenarios.actors import words_of
from tests.scenarios.conftest import PLAN_TEXT, SetStage
from tests.scenarios.stage import Stage

NATIVE = "data_visualization"
FIGURES = "3 readings since"
PICTURE_SECONDS = 60.0
"""The first picture of a process waits for matplotlib."""

OEE: dict[str, Any] = {
    "key": "oee",
    "name": "OEE of line 1",
    "unit": "%",
    "direction": "higher",
    "target": 78,
    "owner": "team_lead@filling",
    "area": "filling",
}


MEETING: dict[str, Any] = {
    "key": "tier-2",
    "name": "Tier 2",
    "kind": "tier-meeting",
    "schedule": "0 7 * * *",
    "facilitator": "shift_lead@filling",
    "channel": "#meetings",
    "lead": "30m",
}
MONDAY = datetime(2026, 11, 23, 4, 55, tzinfo=UTC)
"""Nearly six in the morning in Berlin; the digest is due in 35 minutes."""


@pytest.fixture
def plan() -> str:
    """The mill with one figure, no threshold on it, and a meeting that speaks of it."""
    read = load(PLAN_TEXT, file="plan.yaml").model_dump(mode="json", by_alias=True)
    return yaml.safe_dump(read | {"kpis": [OEE], "sessions": [MEETING]}, allow_unicode=True)


def measured(stage: Stage) -> Stage:
    """Three readings have come in, the last of them below the target."""
    headers = {"Authorization": "Bearer mill", "Content-Type": "application/json"}
    for value in (79, 80, 71.5):
        stage.fast_forward("10m")
        reading = {"kpi": "oee", "value": value, "time": stage.clock.now().isoformat()}
        request = Request(f"{stage.url}/v1/readings", json.dumps(reading).encode(), headers)
        urlopen(request, timeout=60).close()
    return stage


def prepared(stage: Stage) -> Stage:
    """The same, and the digest of the meeting has been posted."""
    measured(stage).fast_forward("5m")
    return stage


def asks(stage: Stage, *kinds: str, about: str = "kpi oee") -> list[Message]:
    """Maria asks, and sees as many new messages as kinds of chart are named, in order."""
    person = stage.maria.person
    before = len(person.ephemerals("#filling"))

    def seen() -> list[Message]:
        return person.ephemerals("#filling")[before:]

    assert person.types("#filling", f"/andon {about}").ok
    eventually(lambda: len(seen()) >= len(kinds), within=PICTURE_SECONDS, what="she is answered")
    assert [kind_of(message) for message in seen()] == [*kinds]
    return seen()


def kind_of(message: Message) -> str:
    kinds = [block["type"] for block in message.blocks if block["type"] in (NATIVE, "image")]
    return kinds[0] if kinds else "bars" if "▁" in words_of(message) else "words"


def asked_of_slack(stage: Stage, *methods: str) -> list[str | None]:
    """How Slack answered calls of these methods."""
    return [call.error for call in stage.sandbox.calls if call.method in methods]


def test_a_workspace_that_draws_charts_gets_one_in_the_answer_and_the_figures_beside_it(
    set_stage: SetStage, plan: str
) -> None:
    stage = measured(set_stage(plan=plan))
    (answer,) = asks(stage, NATIVE)
    (chart,) = (block for block in answer.blocks if block["type"] == NATIVE)
    assert values_of(chart, "Value") == [79, 80, 71.5]
    assert values_of(chart, "Target") == [78, 78, 78]
    assert FIGURES in words_of(answer)
    assert "71.5 %" in words_of(answer)
    assert asked_of_slack(stage, "files.getUploadURLExternal") == []


def test_a_workspace_that_refuses_charts_gets_the_words_at_once_and_a_picture_below(
    set_stage: SetStage, plan: str
) -> None:
    stage = measured(set_stage(plan=plan, sandbox={"without_blocks": [NATIVE]}))
    words, shown = asks(stage, "bars", "image")
    assert FIGURES in words_of(words)
    (image,) = shown.blocks
    assert image["alt_text"].startswith("OEE of line 1: 3 readings from ")
    assert "last 71.5 %, target 78 %" in image["alt_text"]
    assert png(stage, image).startswith(b"\x89PNG")


def test_a_refusal_is_remembered_for_an_hour_so_that_the_words_travel_in_the_ack(
    set_stage: SetStage, plan: str
) -> None:
    stage = measured(set_stage(plan=plan, sandbox={"without_blocks": [NATIVE]}))
    asks(stage, "bars", "image")
    stage.sandbox.workspace.app.unsupported_blocks.clear()
    asks(stage, "bars", "image")
    stage.fast_forward("1h")
    asks(stage, NATIVE)
    asks(stage, NATIVE)


@pytest.mark.parametrize("scope", ["files:write", "files:read"])
def test_a_workspace_that_takes_no_files_either_gets_bars_and_is_not_asked_again(
    set_stage: SetStage, plan: str, scope: str
) -> None:
    stage = measured(set_stage(plan=plan, sandbox={"without_blocks": [NATIVE]}))
    stage.sandbox.workspace.app.scopes.discard(scope)
    uploading = ("files.getUploadURLExternal", "files.info")
    asks(stage, "bars")
    eventually(
        lambda: asked_of_slack(stage, *uploading)[-1:] == ["missing_scope"],
        within=PICTURE_SECONDS,
        what="the bot has tried",
    )
    before = asked_of_slack(stage, *uploading)
    asks(stage, "bars")
    stage.bot_stops()  # with all that it had begun
    assert asked_of_slack(stage, *uploading) == before


def test_a_picture_that_fails_on_its_way_leaves_the_words_and_is_tried_the_next_time(
    set_stage: SetStage, plan: str
) -> None:
    stage = measured(set_stage(plan=plan, sandbox={"without_blocks": [NATIVE]}))
    stage.sandbox.faults.add(Fault("429", "files.getUploadURLExternal", next=1))
    asks(stage, "bars")
    eventually(
        lambda: "ratelimited" in asked_of_slack(stage, "files.getUploadURLExternal"),
        within=PICTURE_SECONDS,
        what="the bot has tried",
    )
    asks(stage, "bars", "image")


def test_a_digest_shows_what_drifts_as_a_chart(set_stage: SetStage, plan: str) -> None:
    stage = prepared(set_stage(at=MONDAY, plan=plan))
    assert digests(stage) == [NATIVE]


@pytest.mark.parametrize("limited", [False, True], ids=["at once", "after a pause that Slack asks for"])
def test_a_digest_whose_chart_is_refused_comes_once_and_in_bars(
    set_stage: SetStage, plan: str, limited: bool
) -> None:
    stage = set_stage(at=MONDAY, plan=plan, sandbox={"without_blocks": [NATIVE]})
    if limited:
        stage.sandbox.faults.add(Fault("429", "chat.postMessage", every=2))
    prepared(stage)
    assert digests(stage) == ["bars"]
    assert "OEE of line 1: *71.5 %*, target 78 %" in stage.cards_in("#meetings")[0]
    assert len(stage.direct_messages("jonas")) == 1
    assert "invalid_blocks" in asked_of_slack(stage, "chat.postMessage")


def test_whoever_asks_for_a_digest_sees_the_chart_or_its_bars(set_stage: SetStage, plan: str) -> None:
    stage = prepared(set_stage(at=MONDAY, plan=plan))
    asks(stage, NATIVE, about="digest tier-2 last")
    stage.sandbox.workspace.app.unsupported_blocks.add(NATIVE)
    asks(stage, "bars", "image", about="digest tier-2")


def digests(stage: Stage) -> list[str]:
    """How what drifts is shown to the meeting."""
    return [kind_of(message) for message in stage.sandbox.workspace.messages("meetings")]


def values_of(chart: Json, name: str) -> list[float]:
    """The points of one line."""
    (line,) = (line for line in chart["chart"]["series"] if line["name"] == name)
    return [point["value"] for point in line["data"]]


def png(stage: Stage, image: Json) -> bytes:
    """What a browser would load for it."""
    with urlopen(f"{stage.sandbox.url}/sandbox/files/{image['slack_file']['id']}", timeout=60) as answer:
        content: bytes = answer.read()
    return content
