"""What a visitor typed, made plain: small letters, no decoration, text-speak written out.

Normalising twice changes nothing, and never drops a word: what is unclear is left alone.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

_QUOTES: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`", "'") | dict.fromkeys("\u201c\u201d", '"')
)
_LETTERS_REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}")
_MARKS_REPEATED: Final = re.compile(r"([^\w\s])(?:\s*\1)+")
_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SPACES: Final = re.compile(r"\s+")
# Marks that shape a sentence or a number; any other symbol only decorates.
_KEPT: Final = frozenset(".,;:!?'\"-/()&%@#*+$£€=<>")

_EMOJI_STYLES: Final = range(0xFE00, 0xFE10)
"""Variation selectors count as marks of letters, but follow symbols, and nobody sees them."""

_WRITTEN_OUT: Final = """
2day=today; 2moro=tomorrow; 2morrow=tomorrow; 2nite=tonight; abt=about; agen=again; alot=a lot;
any1=anyone; appt=appointment; asap=as soon as possible; atm=at the moment; b4=before; bc=because;
bcoz=because; bcuz=because; bf=boyfriend; bfs=boyfriend's; bk=back; coz=because; cud=could;
cuz=because; dat=that; defo=definitely; dem=them; dis=this; dnt=don't; doin=doing; duz=does;
every1=everyone; evry=every; fone=phone; gd=good; gf=girlfriend; gfs=girlfriend's; goin=going;
gonna=going to; gotta=got to; gr8=great; hav=have; hlp=help; hrs=hours; hw=how; idk=i don't know;
iv=i've; jus=just; kno=know; l8=late; l8r=later; lemme=let me; luv=love; m8=mate; mins=minutes;
msg=message; msgs=messages; n=and; nd=and; ne1=anyone; no1=no one; nothin=nothing; nuffin=nothing;
ov=of; pls=please; plz=please; ppl=people; prob=probably; r=are; rly=really; shud=should;
some1=someone; sum1=someone; sumthing=something; sumtimes=sometimes; ta=thanks; tbh=to be honest;
thanx=thanks; tho=though; thru=through; thx=thanks; tmoz=tomorrow; tmrw=tomorrow; tmw=tomorrow;
txt=text; txts=texts; ty=thank you; u=you; ur=your; urs=yours; w8=wait; wanna=want to; wat=what;
wats=what's; wen=when; wer=where; wiv=with; wk=week; wks=weeks; wot=what; wots=what's; wrk=work;
wud=would; y=why; ya=you; yh=yes; yr=your; yrs=years
"""
_TEXT_SPEAK: Final = {
    short: long
    for pair in _WRITTEN_OUT.replace("\n", " ").split(";")
    for short, _, long in [pair.strip().partition("=")]
}
_APOSTROPHES: Final = """
ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't he's how's i'm i've isn't
shan't she's shouldn't that's there's they're they've wasn't we've weren't what's when's where's
who's won't wouldn't you're you've
"""
_SHORT: Final = {word.replace("'", ""): word for word in _APOSTROPHES.split()}
_EXPANDED: Final[Mapping[str, str]] = _SHORT | _TEXT_SPEAK


def normalise(text: str) -> str:
    """Return `text` as the engine reads it.

    >>> normalise("WOT time do u open??? 😀")
    'what time do you open?'
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).lower()
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    text = _LETTERS_REPEATED.sub(r"\1\1", text)
    text = _MARKS_REPEATED.sub(r"\1", text)
    text = each_word(text, lambda word: _EXPANDED.get(word, word))
    return _SPACES.sub(" ", text).strip()


def words(text: str) -> list[str]:
    """Return the words of a normalised text; "don't" stays one."""
    return _TOKEN.findall(text)


def each_word(text: str, change: Callable[[str], str]) -> str:
    """Return `text` with `change` made to each of its words."""
    return _TOKEN.sub(lambda found: change(found[0]), text)


class _Plain(dict[int, int | None]):
    """What becomes of each character, found out when it is first met."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        plain = char.isspace() or char in _KEPT or unicodedata.category(char)[0] in "LMN"
        kept = plain and code not in _EMOJI_STYLES
        self[code] = found = code if kept else ord(" ")
        return found


_PLAIN: Final = _Plain()
