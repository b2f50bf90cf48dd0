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
    rf"{_ASKED}{_WHO}(?:{_ATTENDS}\b(?:.{{0,200}}(?:{_COURSE}|{_DAY})"
    rf"| (?:with|through) you\b)|{_PLAINLY})"
)
_LEAD: Final = re.compile(r"^(?:(?:me|if|whether|that|there|is|an?) )+")
_INTRODUCED: Final = re.compile(
    r"^(?:(?:a|an|the) )?(?:man|woman|guy|bloke|person|someone|somebody|anyone|anybody|lad)? ?"
    r"(?:called|named|by the name of) "
)
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "pc"})

_STAFF: Final = (
    r"(?:human being|human|person|adviser|advisor|agent|operator|representative|rep"
    r"|(?:a )?(?:member|one|someone|somebody|any) (?:of|from|in|on) (?:the |your )?(?:staff|team"
    r"|office|workers|colleagues)|staff member|staff|team member|worker|colleague"
    r"|support worker|facilitator|supervisor|manager|helper|lady|woman)"
)
_REAL: Final = r"(?:(?:actual|real|live|living|proper|human) )"
_SOMEONE: Final = (
    rf"(?:(?:an?|the|your|another|some|any|one) )?{_REAL}*"
    rf"(?:{_STAFF}|someone|somebody|anyone|anybody)(?: real| proper)?"
)
_TALK: Final = r"(?:talk|tlk|speak|spk|chat|talking|speaking|deal|explain (?:this|it))"
_WISH: Final = (
    r"(?:(?:can|could|may|cn) i(?: please)?"
    r"|(?<!do )i (?:just |really )?(?:want|need|wish|prefer|like)"
    r"|i(?: would|'?d) (?:like|rather|prefer)|(?<!won't )(?<!not )let me"
    r"|(?:^|would )(?:like|want|need|rather|prefer)|(?<!i )(?:want|need|rather)|please"
    r"|how (?:can|do) i"
    r"|is there (?:a|any|some) ?(?:human|person|one|body) i (?:can|could)|possible)"
)
_ASIDE: Final = r"(?:(?:ok(?:ay)?|hi|hello|hey|ffs|no|nope|sorry|please|just|look) )*"
_BOT: Final = r"(?:chat ?bots?|bots?|robots?|machines?|computers?|ai|automatic answers)"
_HUMAN_ASKED: Final = re.compile(
    # "can i speak to someone", "i need to explain this properly to a person"
    rf"\b{_WISH}(?: (?:to|2))? {_TALK}(?: \w+){{0,2}}? (?:to|with|2) {_SOMEONE}\b"
    r"(?! (?:else|who (?:knows|handles)|about (?!this|it|my (?:case|caution))))"
    rf"|\b{_WISH}(?: (?:to|2))? {_TALK} {_REAL}*{_STAFF}\b"
    # "put me through", "transfer me to an adviser", "get me someone", "give me a human"
    rf"|\b(?:(?:put|pass|patch|connect|transfer|hand|switch) me|be transferred|swap)"
    rf"(?: (?:through|over|on))* (?:to|with) {_SOMEONE}\b"
    r"|\bput me through\b|^transfer me[.!]*$|\bput (?:a|an|your) (?:person|human|manager)\b"
    rf"|\b(?:get|give|gimme|fetch|find)(?: me)? {_SOMEONE}\b(?! (?:to (?:ring|call|phone|text)"
    r"|else|in trouble|into trouble|'s))"
    rf"|\b(?:want|need|have|prefer|rather) (?:to )?(?:have )?(?:an? )?{_REAL}*"
    rf"(?<!the ){_STAFF}(?:(?:,| instead| please| now| here| thanks?| not).*|[.!?]*)$"
    rf"|\b(?:can|could|will|would) (?!any){_SOMEONE} (?:please )?(?:answer(?: this| me)|take over"
    r"|pop in|(?:join|come on)(?: here| in| this chat| the chat)|help me instead|reply)\b"
    # the words alone: "human", "real person please", "talk to a person"
    rf"|(?:^|[,.;!?] ){_ASIDE}(?:{_TALK} (?:to|with) )?"
    rf"(?:(?:an?|the|some|your) )?{_REAL}*(?!(?:lady|woman|worker)[.!? ]*$){_STAFF}"
    r"(?: (?:please|now|thanks?|thank you|here|instead|mate))*[.!?]*$"
    rf"|^{_ASIDE}(?:an? )?{_REAL}+people[.!?]*$"
    rf"|^{_ASIDE}{_TALK} (?:to|with) {_SOMEONE}(?: please| now)*[.!]*$"
    # "no bots", "sick of talking to a computer", "how do i get past this bot"
    rf"|^{_ASIDE}(?:no|not an?|don't want (?:an?|the|this|to (?:talk|speak) to an?)) {_BOT}[.!]*$"
    rf"|\b(?:sick of|fed up of|fed up with|tired of|refuse to|don't want to|rather not)"
    rf"(?: (?:talk|speak)(?:ing)?(?: to| with)?)? (?:an?|the|this|your) {_BOT}\b"
    rf"|\bget past (?:the|this|your) {_BOT}\b|\btake over from (?:the|this) {_BOT}\b"
    rf"|\b(?:person|human|people|someone|somebody)[ ,]+(?:who (?:isn't|is not)|that isn't|not)"
    rf" (?:an? |the )?{_BOT}\b"
    r"|^customer services?(?: please)?[.!]*$|\bswitch me to live chat\b"
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
    """Tell whether it asks for a human being to talk to.

    >>> human_asked_for("", "real person please"), human_asked_for("", "can i talk to my wife")
    (True, False)
    """
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
