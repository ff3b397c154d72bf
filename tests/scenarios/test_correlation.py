"""One search of the log leads from a machine's event to the messages in Slack, and back."""

from structlog.testing import capture_logs

from tests.scenarios.stage import Stage


def test_one_correlation_leads_from_the_event_to_every_message_in_slack(stage: Stage) -> None:
    with capture_logs() as log:
        card = stage.machine_down()
        stage.jonas.presses(card, "acknowledge")
        stage.settle()
    lines = [line for line in log if line.get("correlation") == "/plant/e1"]
    assert [line["event"] for line in lines if line["event"].startswith("exception.")] == [
        "exception.opened",
        "exception.acknowledged",
    ]
    assert {line["exception"] for line in lines} == {"EX-1"}
    shown = {line["ts"] for line in lines if line["event"] == "delivery.shown"}
    assert shown == {card.ts} | {note.ts for note in stage.notes("EX-1")}


def test_every_line_about_a_clock_that_ran_out_says_whose_it_was(stage: Stage) -> None:
    stage.machine_down()
    with capture_logs() as log:
        stage.fast_forward("6m")
        stage.settle()
    climbed = [line for line in log if line["event"] == "exception.escalated"]
    assert [(line["exception"], line["correlation"], line["tier"]) for line in climbed] == [
        ("EX-1", "/plant/e1", 1)
    ]
