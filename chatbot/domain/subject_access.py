"""What somebody is given who asks for all that is kept about them, and what is for staff to decide.

Theirs is what they wrote, did or were shown. Notes of staff, labels, what was judged to speak of
harm, and blocks are records of staff: the law may keep those back, for the safety of others.
"""

from typing import Final

from chatbot.domain import callbacks, events

OWN_ACTS: Final = (events.Rated, events.Warned, events.Stayed, events.Left)
"""No visitor's screen shows these, but they are about what the visitor did."""


def is_theirs(event: events.Event | callbacks.Event) -> bool:
    """Tell whether an event of a chat or a callback request is given to whom it is about."""
    if isinstance(event, callbacks.Event):
        return not isinstance(event, callbacks.Noted)
    return events.is_public(event) or isinstance(event, OWN_ACTS)
