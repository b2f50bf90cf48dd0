"""Questions that are too important to be guessed at: each always goes to one entry.

Whether somebody attends is never confirmed nor denied, whoever asks and however it is put;
whoever asks for a person is understood at once.
"""

import re
from collections.abc import Callable
from typing import Final

from chatbot.answers.names import FIRST_NAMES
from chatbot.answers.normalise import words

IS_SOMEONE_ATTENDING: Final = "is-someone-attending"
TALK_TO_HUMAN: Final = "talk-to-human"

_KIN: Final = (
    r"(?:my|our|her|his)(?: (?:new|old|soon to be))?"
    r" (?:ex|partner|husband|hubby|wife|missus|boyfriend|girlfriend|fianc[eé]e?|fella|bloke|man"
    r"|son|daughter|brother|sister|dad|mum|father|mother|mate|friend|neighbour|client|patient"
    r"|tenant|pupil|employee|colleague)"
    r"(?:[ -](?:husband|wife|partner|boyfriend|girlfriend|in-law))?(?:'s (?:ex|partner))?"
)
_ASKED: Final = (
    r"(?:^|[.,;:!?] |\b(?:if|whether|that|know|tell me|confirm|check|please|hi|hello|hey) )"
    r"(?:(?:is|was|has|have|had|did|does|will|isn't|hasn't|didn't) )?"
)
_WHO: Final = rf"(?P<who>{_KIN}|he|she|(?:[\w'-]+ ){{0,4}}?[\w'-]+)"
_ATTENDS: Final = (
    r"(?: (?:is|was|has|have|be|been|currently|still|already|actually|also|even|now|ever|gone|due"
    r"|really|definitely|turned up|signed up|to be|you))*"
    r" (?:on|in|at|attend|attends|attending|attended|do|does|doing|done|down for|booked|enrolled"
    r"|registered|listed|going|goes|go|comes|come to|coming to|part of|completed|complete"
    r"|finished|finish|started|through|turned up|turn up|signed up|one of your|come|came|show up"
    r"|showed up|shown up|make it|made it|missed|been to|been on)"
)
_COURSE: Final = (
    r"\b(?:course|cara|programme|program|group|workshops?|sessions?|list|books?|class)\b"
)
_DAY: Final = r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|last week(?:end)?)\b"
# What says by itself that it is about the course; the question may end there.
_PLAINLY: Final = (
    r"(?: (?:is|was|has|have|had|be|been|actually|already|ever|even|still))*"
    r" (?:attend|attending|attended|turn up|show up|enrolled|registered|booked(?: on| in)?"
    r"|signed up|turned up|started|there|on it|on there|one of your \w+)"
    r"(?: (?:yet|already|or not|now|today|please|with you))*[?.! ]*$"
)
_PERSON_ASKED: Final = re.compile(
    rf"{_ASKED}{_WHO}(?:{_ATTENDS}\b(?:.*(?:{_COURSE}|{_DAY})| (?:with|through) you\b)|{_PLAINLY})"
)
_LEAD: Final = re.compile(r"^(?:(?:me|if|whether|that|there|is|an?) )+")
_INTRODUCED: Final = re.compile(
    r"^(?:(?:a|an|the) )?(?:man|woman|guy|bloke|person|someone|somebody|anyone|anybody|lad)? ?"
    r"(?:called|named|by the name of) "
)
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "pc"})

_SOMEONE: Final = (
    r"(?:an? |the |your |another |some )?(?:actual |real |live |proper |human )*"
    r"(?:person|human|human being|someone|somebody|adviser|advisor|agent|operator|member of staff"
    r"|staff|staff member|team member|representative|worker|anyone|anybody)"
)
_HUMAN_ASKED: Final = re.compile(
    r"\b(?:(?:can|could|may) i|(?<!do )i (?:just |really )?(?:want|need|wish|would like|prefer)"
    r"|i'?d (?:like|rather|prefer)|let me|get me|(?:^|would )(?:like|want|need|rather|prefer)"
    r"|please)(?: please)?(?: to)? (?:talk|speak|chat|talking|speaking)(?: directly)?"
    rf" (?:to|with) {_SOMEONE}\b"
    rf"|\b(?:put|pass|patch|connect|transfer) me (?:through |over |on )?to {_SOMEONE}\b"
    r"|\bput me through\b|\bget me (?:a|an) (?:human|person|adviser|advisor|agent)\b"
    rf"|^(?:talk|speak|chat) (?:to|with) {_SOMEONE}\b"
    r"|^(?:(?:a |an )?(?:real |live |actual )?(?:human|person|agent|operator|adviser|advisor))"
    r"(?: please| now)*[.!]?$"
)


def person_asked_for(typed: str, text: str) -> bool:
    """Tell whether it asks if somebody attends; `typed` shows which words are names."""
    found = _PERSON_ASKED.search(text)
    while found is not None:
        if _is_person(found["who"], typed):
            return True
        # One match may hide another that begins inside it: "do you know if jane is on the list".
        found = _PERSON_ASKED.search(text, found.start() + 1)
    return False


def human_asked_for(_typed: str, text: str) -> bool:
    """Tell whether it asks for a human being to talk to."""
    return _HUMAN_ASKED.search(text) is not None


FIXED: Final[tuple[tuple[str, Callable[[str, str], bool]], ...]] = (
    (IS_SOMEONE_ATTENDING, person_asked_for),
    (TALK_TO_HUMAN, human_asked_for),
)
"""Each entry with the test that leads to it; the first that holds wins."""


def _is_person(who: str, typed: str) -> bool:
    who = _INTRODUCED.sub("called ", _LEAD.sub("", who))
    if who in {"he", "she"} or re.fullmatch(_KIN, who):
        return True
    called = who.startswith("called ")
    names = [word for word in words(who) if word != "called"]
    if names and names[0] in _TITLES:
        return len(names) > 1
    if not names or called:
        return called
    capitals = typed != typed.upper() and all(
        re.search(rf"(?<![.!?] )(?<!^)\b{re.escape(name.capitalize())}\b", typed) for name in names
    )
    return names[0] in FIRST_NAMES or (capitals and names[0] not in _NOT_NAMES)


_NOT_NAMES: Final = frozenset(
    {"cara", "hampton", "i", "project", "police", "hampshire", "saturday"}
)
