"""Forms: dialogs that ask for what one press cannot say."""

from collections.abc import Callable, Mapping

from bot.messages import card_actions
from bot.messages.forms.handing_on import escalate, reassign
from bot.messages.forms.parts import Sheet, View
from bot.messages.forms.progress import contain, resolve
from bot.messages.forms.setting_aside import cancel, merge, snooze

FORMS: Mapping[str, Callable[[Sheet], View]] = {
    card_actions.CONTAIN: contain,
    card_actions.RESOLVE: resolve,
    card_actions.REASSIGN: reassign,
    card_actions.SNOOZE: snooze,
    card_actions.ESCALATE: escalate,
    card_actions.MERGE: merge,
    card_actions.CANCEL: cancel,
}
"""The form that each action of a card opens; its callback_id is the action's name."""
