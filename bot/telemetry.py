"""The log: lines for people on a terminal, JSON for machines, secrets in neither.

What the SDKs log through the standard library takes the same way out, so that it is redacted too.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"

_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]+"), REDACTED),
    (re.compile(r"(andon_[a-z0-9]{6}_)[0-9A-Fa-f]{6,}"), rf"\1{REDACTED}"),
    (re.compile(r"\b(bearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1{REDACTED}"),
    (re.compile(r"(://[^\s:/@\"']*:)[^\s\"']{1,500}(?=@)"), rf"\1{REDACTED}"),
    (re.compile(r"\b((?:ticket|token)=)[^\s&\"']+"), rf"\1{REDACTED}"),
    (re.compile(r"(https://hooks\.slack\.com/)[^\s\"']+"), rf"\1{REDACTED}"),
)
_SECRET_NAMES = re.compile(r"(?:^|_)(?:token|secret|password|authorization|response_url)$", re.IGNORECASE)
_QUIET = ("slack_bolt", "slack_sdk", "uvicorn", "apscheduler", "alembic", "httpx")
"""Libraries whose warnings matter and whose progress does not."""


def configure(*, stream: TextIO | None = None, human: bool | None = None, level: str = "INFO") -> None:
    """Send every log line, ours and the libraries', to `stream` (standard error).

    `human` chooses the form; by default a terminal gets readable lines and everything else JSON.
    """
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=_rendering(human=target.isatty() if human is None else human, colors=target.isatty()),
        )
    )
    handler.addFilter(_is_news)
    logging.basicConfig(handlers=[handler], level=level, force=True)


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take secrets out of everything that is about to be written."""
    return {name: _without_secrets(value, name) for name, value in event.items()}


def redacted(text: str) -> str:
    """The text without Slack tokens, intake tokens, bearer tokens and passwords in addresses."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class SaidOnce:
    """Remembers what was said, so that a condition that lasts is logged once and not every second.

        if said.first_time("files.upload"):
            log.warning("…")

    `forget` when it is over: should it come back, it is news again.
    """

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._lock = threading.Lock()

    def first_time(self, key: str) -> bool:
        """Whether this was not said before; from now on it was."""
        with self._lock:
            news = key not in self._said
            self._said.add(key)
            return news

    def forget(self, key: str) -> bool:
        """Make it news again; whether it had been said."""
        with self._lock:
            said = key in self._said
            self._said.discard(key)
            return said


def _is_news(record: logging.LogRecord) -> bool:
    """Asked of each record, not set as a level: Bolt gives its loggers the root's level by itself."""
    return record.levelno >= logging.WARNING or not record.name.startswith(_QUIET)


def _rendering(*, human: bool, colors: bool) -> list[Processor]:
    ending: Processor = (
        structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        redact,
        ending,
    ]


def _without_secrets(value: Any, name: str) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAMES.search(name):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(key): _without_secrets(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(inner, "") for inner in value]
    return redacted(str(value))
