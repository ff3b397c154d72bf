"""An answer with a chart: drawn by Slack where the workspace takes that, else bars, and a picture below them.

Slack says only after the ack that it does not take a chart, and a refused ack cannot be sent again. So
where charts are known to be refused the words travel in the ack; elsewhere they follow it, once with the
chart and at once again without it if that is refused. Nothing may escape from here after the ack.
"""

from __future__ import annotations

import structlog
from slack_bolt import Ack

from bot.messages.blocks import Block, Message
from bot.messages.chart_pictures import draw
from bot.messages.charts import charts_of, in_bars, in_words, picture
from bot.slack.failures import is_about_blocks
from handlers.commands.call import Call
from handlers.context import slack_user
from handlers.responding import respond

log = structlog.stdlib.get_logger(__name__)


def answer_with_charts(ack: Ack, call: Call, message: Message) -> None:
    """Acknowledge, and show the message to whoever typed the command."""
    charts = call.desk.native_charts
    if not charts.is_worth_trying():
        show(ack, in_bars(message))
    else:
        ack()
        _answer_later(call, message)
    if not charts.is_worth_trying():
        _show_pictures(call, message)


def show(ack: Ack, message: Message) -> None:
    """The answer travels in the ack itself, so it cannot come late or get lost."""
    ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def _answer_later(call: Call, message: Message) -> None:
    charts = call.desk.native_charts
    refusal = respond(call.body, message)
    if refusal is None:
        charts.works()
        return
    again = respond(call.body, in_bars(message))
    if again is not None:
        log.warning("answer not shown", reason=again)
    elif is_about_blocks(refusal):
        charts.refused(refusal)


def _show_pictures(call: Call, message: Message) -> None:
    """Below the words, when they are there: uploading takes a while, and may be refused as well."""
    try:
        for drawn in charts_of(message):
            _show_picture(call, drawn)
    except Exception as error:
        log.warning("picture not shown", error=type(error).__name__, reason=str(error))


def _show_picture(call: Call, drawn: Block) -> None:
    uploads = call.desk.uploads
    if not uploads.feature.is_worth_trying():
        return
    file_id = uploads.upload(draw(drawn), name=f"{drawn['title']}.png", words=in_words(drawn))
    if file_id is None:
        return
    shown = picture(drawn, file_id)
    call.client.chat_postEphemeral(
        channel=str(call.body.get("channel_id")),
        user=slack_user(call.body),
        text=shown.text,
        blocks=shown.blocks,
    )
    uploads.feature.works()
