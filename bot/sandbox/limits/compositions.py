"""Composition objects: texts, options, confirmation dialogs."""

from typing import Any

from bot.sandbox.limits.schema import (
    Check,
    Problem,
    Problems,
    boolean,
    both,
    by_type,
    choice,
    many,
    record,
    string,
)

ACTION_ID = string(255)
BLOCK_ID = string(255)


def plain(most: int) -> Check:
    return by_type({"plain_text": record({"text": string(most)}, {"emoji": boolean})})


def text(most: int) -> Check:
    return by_type(
        {
            "plain_text": record({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(most)}, {"verbatim": boolean}),
        }
    )


def option(label: Check, *, with_url: bool = False) -> Check:
    optional: dict[str, Check] = {"description": label}
    if with_url:
        optional["url"] = string(3000)
    return record({"text": label, "value": string(150)}, optional)


PLAIN_OPTION = option(plain(75))
TEXT_OPTION = option(text(75))
OVERFLOW_OPTION = option(plain(75), with_url=True)
OPTION_GROUP = record({"label": plain(75), "options": many(PLAIN_OPTION, most=100)})
PLACEHOLDER = plain(150)

CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
CONVERSATION_FILTER = record(
    {},
    {
        "include": many(choice("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH_CONFIG = record(
    {}, {"trigger_actions_on": many(choice("on_enter_pressed", "on_character_entered"), most=2)}
)


def _names_its_picture(value: Any, at: str) -> Problems:
    if ("image_url" in value) == ("slack_file" in value):
        yield Problem("exactly one of image_url and slack_file must be given", at)


def picture(**more: Check) -> Check:
    """An image block or element: a public URL, or a file that was uploaded to Slack."""
    fields: dict[str, Check] = {
        "image_url": string(3000),
        "slack_file": record({}, {"id": string(255), "url": string(3000)}),
    }
    return both(record({"alt_text": string(2000)}, fields | more), _names_its_picture)
