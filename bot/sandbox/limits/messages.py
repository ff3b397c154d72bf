"""What Slack refuses to post."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.limits.blocks import IN_MESSAGES, check_blocks
from bot.sandbox.limits.schema import Problem, Problems
from bot.sandbox.refusals import SlackRefusal

BLOCKS_MOST = 50
CHARACTERS_MOST = 13_200
TEXT_MOST = 40_000
UPDATED_TEXT_MOST = 4_000
TABLES_MOST = 1
CHARTS_MOST = 2


def refuse_bad_text(text: str, *, most: int = TEXT_MOST) -> None:
    if len(text) > most:
        raise SlackRefusal("msg_too_long")


def refuse_bad_blocks(
    blocks: Any, *, unsupported: set[str], is_picture: Callable[[str], bool] = lambda _: True
) -> None:
    """Raise `invalid_blocks` with every reason, or `msg_blocks_too_long`.

    `unsupported` are block types that this workspace has not been given yet. `is_picture` says of a file's id
    whether it is one that a message can show by now.
    """
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    table = {kind: check for kind, check in IN_MESSAGES.items() if kind not in unsupported}
    problems = [
        *check_blocks(blocks, "/blocks", table=table, most=BLOCKS_MOST),
        *_too_many(blocks),
        *_missing_pictures(blocks, "/blocks", is_picture),
    ]
    if problems:
        reasons = [str(problem) for problem in problems]
        raise SlackRefusal(
            "invalid_blocks",
            errors=reasons,
            response_metadata={"messages": [f"[ERROR] {reason}" for reason in reasons]},
        )
    if sum(len(text) for text in _texts(blocks)) > CHARACTERS_MOST:
        raise SlackRefusal("msg_blocks_too_long")


def _too_many(blocks: list[Any]) -> Problems:
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if kinds.count("table") > TABLES_MOST:
        yield Problem("only one table block is allowed in a message", "/blocks")
    if kinds.count("data_visualization") > CHARTS_MOST:
        yield Problem("no more than 2 data_visualization blocks are allowed in a message", "/blocks")


def _missing_pictures(value: Any, at: str, is_picture: Callable[[str], bool]) -> Problems:
    inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for name, each in inner:
        if name == "slack_file" and isinstance(each, dict) and "id" in each and not is_picture(each["id"]):
            yield Problem("invalid slack file", f"{at}/slack_file")
        yield from _missing_pictures(each, f"{at}/{name}", is_picture)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "text" and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)
