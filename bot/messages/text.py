"""Text for Slack: what came from outside is cleaned, bounded and escaped before it is shown."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

MAX_TITLE = 150
"""Characters of a headline: two lines on a phone."""

MAX_TYPED = 500
"""Characters that a form takes in one field and that a note shows in full."""

TIME = "{time}"
DAY = "{date_short_pretty}"
DAY_AND_TIME = "{date_short_pretty} {time}"

_SAME_DAY = timedelta(hours=12)
_BLANKS = re.compile(r"\s+")
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORMATS = re.compile(r"`|(?<![^\W_])[*_~]|[*_~](?![^\W_])")
_LOOKS_LIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def escape(text: str) -> str:
    """Make text from outside harmless: it can neither mention anybody nor build a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo what Slack did to the text somebody typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def one_line(text: str, limit: int = MAX_TITLE) -> str:
    """The text on one line, without control characters, at most `limit` characters; not yet escaped."""
    return clip(_BLANKS.sub(" ", printable(text)).strip(), limit)


def printable(text: str) -> str:
    """Drop what no font shows and what turns the reading direction around; keep line breaks."""
    return "".join(each for each in text if each in "\n\t" or not _is_invisible(each))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def bold(text: str) -> str:
    """One bold line of text from outside."""
    return f"*{outside(text).replace('*', '∗') or '(untitled)'}*"


def outside(text: str, limit: int = MAX_TITLE) -> str:
    """One line of text from outside: it mentions nobody, links nowhere and formats nothing."""
    return escape(_unformatted(one_line(text, limit)))


def ours(text: str, limit: int = MAX_TYPED) -> str:
    """One line of our own words to one person, who may read in it what they have just typed.

    Its `code` stays code; mentions and links are as harmless as in text from outside.
    """
    return escape(one_line(text, limit))


def quoted(text: str, limit: int = 300) -> str:
    """What somebody said, in quotation marks, on one line."""
    return f"“{outside(text, limit)}”"


def date(when: datetime, form: str = TIME) -> str:
    """A moment that every reader sees in their own time zone."""
    fallback = when.astimezone(UTC).strftime("%H:%M UTC" if form == TIME else "%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(when.timestamp())}^{form}|{fallback}>"


def since(when: datetime) -> str:
    """A moment in the past, right on whatever day it is read."""
    return date(when, DAY_AND_TIME)


def by(due: datetime, start: datetime) -> str:
    """A moment ahead: the bare time when it is near to `start`, with the day when it is not."""
    return date(due, TIME if due - start <= _SAME_DAY else DAY_AND_TIME)


def plain(text: str) -> str:
    """A Slack message as plain words: links become their labels, mentions harmless names."""
    return unescape(_REFERENCE.sub(_spoken, text))


def _spoken(reference: re.Match[str]) -> str:
    target, label = reference.group(1), reference.group(2)
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:])
    return label or target


def _unformatted(line: str) -> str:
    """With look-alikes of what Slack would take for formatting. Slack knows no escape for it.

    Within a word (`root_cause`, 3*4) it formats nothing, so that is left as it is, to be copied.
    """
    line = _FORMATS.sub(lambda found: _LOOKS_LIKE[found[0]], line)
    return f"›{line[1:]}" if line.startswith(">") else line


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI
