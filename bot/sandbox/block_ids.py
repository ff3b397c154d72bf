"""Slack gives every block and every interactive element an id when the app did not."""

from secrets import token_urlsafe

from bot.sandbox.values import Json

WITHOUT_ACTION = ("image", "plain_text", "mrkdwn", "divider")


def with_ids(blocks: list[Json]) -> list[Json]:
    return [_block_with_ids(block) for block in blocks]


def _block_with_ids(block: Json) -> Json:
    block = {name: value for name, value in block.items() if value is not None}
    block.setdefault("block_id", token_urlsafe(4)[:5])
    if block["type"] in ("actions", "context_actions"):
        block["elements"] = [_with_action_id(element) for element in block["elements"]]
    for place in ("accessory", "element"):
        if place in block:
            block[place] = _with_action_id(block[place])
    return block


def _with_action_id(element: Json) -> Json:
    if element["type"] in WITHOUT_ACTION or element.get("action_id"):
        return element
    return element | {"action_id": token_urlsafe(4)[:5]}


def elements_of(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Every element a person can use, with the block it stands in."""
    found: list[tuple[Json, Json]] = []
    for block in blocks:
        inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [
            (block, element) for element in inside if isinstance(element, dict) and "action_id" in element
        ]
    return found
