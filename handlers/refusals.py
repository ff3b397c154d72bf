"""Every error in words for the person who met it. Whatever is unexpected is logged, never shown."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError

from bot.messages.answers import FAILED, NOT_SAVED, UNSURE, not_understood, refusal
from bot.messages.forms.ticket import GarbledFormError
from bot.messages.press_values import GarbledPressError
from bot.messages.text import ours, outside
from bot.services import boards
from bot.services.digests import NoDigestError, UnknownSessionError
from bot.services.people import PermissionDeniedError, UnknownPersonError
from bot.services.presses import UnknownThreadError
from bot.services.undeliverable import UnknownDeliveryError
from bot.slack.failures import CALL_FAILURES, failure_of
from bot.store.database import DatabaseUnavailableError, OutcomeUnknownError
from handlers.context import Desk
from rules.commands import CommandError
from rules.decisions import DecisionError
from rules.exception_threads import Fact
from rules.lifecycle import LifecycleError
from rules.suppressions import SuppressionError

log = structlog.stdlib.get_logger(__name__)


class NotPossibleHereError(Exception):
    """What was asked for cannot be done; the message (mrkdwn) says why and what to do."""


_SAID_AS_IT_IS = (
    DecisionError,
    GarbledFormError,
    GarbledPressError,
    NoDigestError,
    PermissionDeniedError,
    SuppressionError,
    UnknownDeliveryError,
    UnknownPersonError,
    UnknownSessionError,
    UnknownThreadError,
)


def in_words(error: Exception, desk: Desk, *, seen: int | None = None) -> str:
    """What to tell the person, as mrkdwn. `seen`: the revision that the card or form showed."""
    match error:
        case LifecycleError():
            facts = history_if_readable(desk, error.thread.id)
            return refusal(error, seen=seen, history=facts, people=desk.plan())
        case CommandError():
            return not_understood(error).text
        case NotPossibleHereError():
            return str(error)
        case OutcomeUnknownError():
            log.warning("press perhaps saved", reason=str(error))
            return UNSURE
        case DatabaseUnavailableError():
            log.warning("press not saved", reason=str(error))
            return NOT_SAVED
        case SlackApiError():
            reason = error.response.get("error", "no reason given")
            log.warning("slack refused an answer", reason=reason)
            return f"Slack would not show it ({outside(str(reason))}). Nothing was changed; please try again."
        case _ if isinstance(error, CALL_FAILURES):
            log.warning("slack did not answer", reason=failure_of(error).code)
            return "Slack did not answer, so it could not be shown. Nothing was changed; please try again."
        case _ if isinstance(error, _SAID_AS_IT_IS):
            return ours(str(error))
    log.error("listener failed", exc_info=error)
    return FAILED


def history_if_readable(desk: Desk, thread_id: int) -> tuple[Fact, ...]:
    """The facts of a thread; none while the database is out of reach, because the answer must come anyway."""
    try:
        return boards.history(desk.database, thread_id)
    except DatabaseUnavailableError:
        return ()
