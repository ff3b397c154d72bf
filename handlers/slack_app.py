"""Every Slack listener, in one place: what is pressed, typed, sent or opened, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor

import structlog
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.messages import card_actions
from bot.messages import decisions as decision_messages
from bot.messages import home as home_messages
from bot.messages import suppressions as suppression_messages
from bot.messages.forms import FORMS, deciding
from bot.messages.forms.raising import RAISE
from bot.messages.manifest import COMMAND
from handlers import actions, decisions, home, mentions, shortcuts, suppressions, views
from handlers.commands.listener import andon
from handlers.context import Desk
from handlers.inbox import settled, take_events_once
from handlers.middleware import lay_desk

log = structlog.stdlib.get_logger(__name__)

LISTENER_SECONDS = 60
"""How long Bolt waits for one listener, which is much longer than Slack does."""

_ANYTHING = re.compile(r".*", re.DOTALL)


def slack_app(
    desk: Desk,
    *,
    client: WebClient,
    signing_secret: str | None = None,
    executor: Executor | None = None,
    bot_user: Callable[[], str | None] = lambda: None,
) -> App:
    """The Bolt app, for Socket Mode and HTTP alike.

    `client` must not retry by itself: an answer that comes twice is confusing, and one that comes after three
    seconds is none. `executor` runs the listeners; whoever passes it drains it. `bot_user` is the Slack id of
    the bot, once it is known; what the bot does itself is no news. Nothing is called yet.
    """
    app = App(
        name="andon",
        client=_without_token(client),
        signing_secret=signing_secret,
        authorize=_without_asking_slack(client, bot_user),
        token_verification_enabled=False,
        request_verification_enabled=signing_secret is not None,
        listener_executor=executor,
    )
    app.middleware(lay_desk(desk))
    app.middleware(take_events_once(desk))
    app.error(_log_escaped)
    _register(app)
    _take_no_slow_one_for_unknown(app)
    return app


def _without_asking_slack(
    client: WebClient, bot_user: Callable[[], str | None]
) -> Callable[..., AuthorizeResult]:
    """Left alone, Bolt asks Slack who we are at the first press, and drops it with a 200 when that fails."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token, bot_user_id=bot_user()
        )

    return authorize


def _without_token(client: WebClient) -> WebClient:
    """Each request gets its token from `authorize`; with two of them Bolt warns that one will be ignored."""
    return WebClient(
        base_url=client.base_url, timeout=client.timeout, retry_handlers=list(client.retry_handlers)
    )


def _register(app: App) -> None:
    app.command(COMMAND)(andon)
    app.shortcut(RAISE)(shortcuts.raise_exception)
    app.view(RAISE)(views.submit_call)
    app.shortcut(deciding.LOG)(decisions.log_message)
    for callback_id in (deciding.LOG, deciding.REVIEW):
        app.view(callback_id)(views.submit_decision)
    for callback_id in FORMS:
        app.view(callback_id)(views.submit)
    app.event("app_home_opened")(settled(home.opened))
    app.event("app_mention")(settled(mentions.mentioned))
    app.action(card_actions.ACKNOWLEDGE)(actions.acknowledge)
    for action_id in (card_actions.CONTAIN, card_actions.RESOLVE, card_actions.MORE):
        app.action(action_id)(actions.open_form)
    app.action(card_actions.DECIDE)(decisions.decide)
    app.action(decision_messages.MOVED)(decisions.moved)
    for action_id in (decision_messages.NOT_MOVED, decision_messages.AMEND):
        app.action(action_id)(decisions.ask_more)
    app.action(suppression_messages.END_NOW)(suppressions.end_now)
    app.action(home_messages.SHOW)(actions.show)
    app.action(home_messages.OPEN_RAISE_FORM)(actions.raise_from_home)
    app.action(home_messages.OPEN_DECISION_FORM)(decisions.decide_from_home)
    _register_catch_alls(app)


def _register_catch_alls(app: App) -> None:
    """Last, because Bolt asks listeners in order: nothing that Slack sends stays without an answer."""
    app.action(_ANYTHING)(actions.unknown)
    app.shortcut(_ANYTHING)(shortcuts.unknown)
    app.view(_ANYTHING)(views.unknown)


def _take_no_slow_one_for_unknown(app: App) -> None:
    """Left alone, Bolt gives up on a listener after three seconds and asks the next one that fits.

    That is the one for what nobody knows: it would say that nothing was saved, and the first saves it.
    """
    for listener in app._listeners:
        listener.ack_timeout = LISTENER_SECONDS


def _log_escaped(error: Exception) -> None:
    """Listeners answer their own errors; what arrives here is a mistake of ours."""
    log.error("a listener let an error escape", exc_info=error)
