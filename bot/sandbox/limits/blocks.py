"""Layout blocks, and on which surface each may stand."""

from typing import Any

from bot.sandbox.limits.charts import COLUMN_SETTINGS, DATA_VISUALIZATION, TABLE
from bot.sandbox.limits.compositions import BLOCK_ID, picture, plain, text
from bot.sandbox.limits.elements import IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.sandbox.limits.schema import (
    Check,
    Problem,
    Problems,
    anything,
    boolean,
    both,
    by_type,
    many,
    record,
    string,
)


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return record(required, (optional or {}) | {"block_id": BLOCK_ID})


def _says_something(value: Any, at: str) -> Problems:
    if not value.get("text") and not value.get("fields"):
        yield Problem("missing required field: text or fields", at)


def _action_ids_differ(value: Any, at: str) -> Problems:
    seen: set[str] = set()
    for index, element in enumerate(value.get("elements") or []):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in seen:
            yield Problem(f"`action_id` {action_id} already exists in this block", f"{at}/elements/{index}")
        if action_id is not None:
            seen.add(action_id)


SECTION = both(
    _block(
        {},
        {
            "text": text(3000),
            "fields": many(text(2000), most=10),
            "accessory": by_type(IN_SECTION),
            "expand": boolean,
        },
    ),
    _says_something,
)
IN_CONTEXT: dict[str, Check] = {
    "image": picture(),
    "plain_text": text(3000),
    "mrkdwn": text(3000),
}
EVERYWHERE: dict[str, Check] = {
    "section": SECTION,
    "divider": _block({}),
    "header": _block({"text": plain(150)}, {"level": anything}),
    "context": _block({"elements": many(by_type(IN_CONTEXT), most=10)}),
    "actions": both(_block({"elements": many(by_type(IN_ACTIONS), most=25)}), _action_ids_differ),
    "image": picture(block_id=BLOCK_ID, title=plain(2000)),
    "input": _block(
        {"label": plain(2000), "element": by_type(IN_INPUT)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _block({"elements": many(anything, most=1000)}),
    "video": _block(
        {
            "alt_text": string(2000),
            "title": plain(200),
            "thumbnail_url": string(3000),
            "video_url": string(3000),
        },
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": string(3000),
            "provider_name": string(50),
            "title_url": string(3000),
        },
    ),
}
IN_MESSAGES: dict[str, Check] = EVERYWHERE | {
    "markdown": _block({"text": string(12_000)}),
    "table": _block(TABLE, {"column_settings": COLUMN_SETTINGS}),
    "data_visualization": _block(DATA_VISUALIZATION),
    "file": _block({"external_id": string(255), "source": string(20)}),
}
IN_VIEWS = EVERYWHERE


def check_blocks(blocks: Any, at: str, *, table: dict[str, Check], most: int) -> Problems:
    """Check a list of blocks for one surface, duplicate block_ids included."""
    yield from many(by_type(table), most=most, least=0)(blocks, at)
    if isinstance(blocks, list):
        yield from _block_ids_differ(blocks, at)


def _block_ids_differ(blocks: list[Any], at: str) -> Problems:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if block_id in seen:
            yield Problem(f"`block_id` {block_id} already exists", f"{at}/{index}/block_id")
        if block_id is not None:
            seen.add(block_id)
