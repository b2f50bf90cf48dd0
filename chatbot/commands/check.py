"""`chatbot check`: whether all is well, what an admin still has to confirm, and what to look at."""

import argparse
import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from textwrap import shorten
from typing import Final

from chatbot.answers import lint
from chatbot.answers.encoder import Encoder
from chatbot.answers.lint import Fault, Phrasings
from chatbot.commands.promises import history
from chatbot.commands.shared import admins, engine, entries, run
from chatbot.commands.tables import fact, percent
from chatbot.content import loading
from chatbot.domain.faq import Entry, Status
from chatbot.domain.outcome import SMALL_TALK
from chatbot.domain.promises import in_force
from chatbot.materials import find_encoder, open_vectors
from chatbot.services.editable import Item
from chatbot.services.identity import system_clock
from chatbot.services.promises import SHIPPED
from chatbot.services.rendering import UnknownPlaceholder, plain
from chatbot.settings import Settings, overlaid
from chatbot.store.audit import Proof, prove
from chatbot.store.opening import database_exists, open_database, sqlite_version
from chatbot.web.routes import PAGES

WORST: Final = 20
"""Phrasings that are listed, of those that go astray."""
TEXT: Final = 100
"""As many characters of a phrasing are enough to find it."""
FAULTS: Final[Mapping[Fault, str]] = {
    Fault.MALFORMED: "is not written as a link: [words](address)",
    Fault.ADDRESS: "has no address that can be opened: https://, tel:, mailto: or /page",
    Fault.PAGE: "leads to a page that this site does not have",
    Fault.ENTRY: "leads to an entry that is not published, or has no page",
}


def check(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Print what was found; the status is 1 when something is wrong."""
    values, items = run(settings, admins(settings))
    settings = overlaid(settings, values)
    found = run(settings, entries(settings))
    live = [entry for entry in found if entry.status is Status.PUBLISHED]
    encoder = find_encoder(settings)
    promises = in_force(run(settings, history(settings)), system_clock()).values()
    told = {entry.slug: entry.answer for entry in live}
    told |= {f"promise {one.kind}": one.text for one in promises}
    texts, unknown = _plain(settings, {entry.slug: entry.answer for entry in found} | told)
    proof = run(settings, _audit(settings))
    wrong = [*unknown, *_broken(live), *_twice(live), *_forged(proof)]
    print(_state(settings, found, live, encoder))
    if proof and proof.chain.id:
        print(fact("Audit", f"{proof.chain.id:,} lines, fingerprint {proof.chain.hash[:16]}"))
    if live:
        print(fact("Expected", _expected(engine(settings, live).thresholds)))
    _list("To confirm before anyone relies on it", [*_unset(settings), *to_confirm(found)])
    _list("Translations to be read by somebody who speaks the language", list(_unread(settings)))
    _list(
        "Promised in the software's own words: add yours with `chatbot promises add`",
        [one.kind.value for one in promises if one.written_by == SHIPPED],
    )
    _list("To review again", list(_overdue(found)))
    _list("Numbers to ring, whether they are still right", list(_unchecked(items)))
    _list("Known by their question alone: add phrasings", lint.unphrased(live))
    _likeness(Phrasings.of(live, encoder, open_vectors(settings).known))
    _list(
        f"Reading age above {lint.OLDEST}: shorten sentences and words, aim for {lint.AIM}",
        list(_hard({name: texts[name] for name in told if name in texts})),
    )
    _list("Wrong", wrong)
    if not wrong:
        print("\nNothing is wrong.")
    return 1 if wrong else 0


def _state(
    settings: Settings, found: Sequence[Entry], live: Sequence[Entry], encoder: Encoder | None
) -> str:
    where = settings.database if database_exists(settings.database) else "none yet"
    model = "found" if encoder else "missing: answers are less sure"
    return (
        f"Database    {where}\n"
        f"SQLite      {sqlite_version()}\n"
        f"Model       {model}\n"
        f"Entries     {len(found)}, {len(live)} of them published"
    )


async def _audit(settings: Settings) -> Proof | None:
    if not await asyncio.to_thread(database_exists, settings.database):
        return None
    database = await open_database(settings.database, read_only=True)
    try:
        return await prove(database)
    finally:
        await database.close()


def _forged(proof: Proof | None) -> Iterator[str]:
    if proof and proof.broken is not None:
        yield f"audit: line {proof.broken:,} was changed or is missing; do not trust what follows"


def _expected(shares: Mapping[str, float]) -> str:
    """Say what the engine expects of itself; it learnt that from phrasings that it held back."""
    answered, offered = (100 * shares[name] for name in ("answered", "clarified"))
    if not answered + offered:
        return "the FAQ is too small to tell how many questions will be answered"
    wrong = answered * shares["wrong"]
    return (
        "Of 100 questions, most of them about what is in the FAQ: "
        f"answers about {answered:.0f} (of which about {wrong:.0f} wrong), "
        f"offers a choice for {offered:.0f}"
    )


def _unset(settings: Settings) -> Iterator[str]:
    if not any(settings.week):
        yield "opening_hours: when people are there to chat, unless an admin saved it"
        yield f"callbacks.hours: people are rung {settings.callbacks.hours}, until hours are known"


def to_confirm(found: Sequence[Entry]) -> Iterator[str]:
    """Yield what nobody has confirmed yet, by entry."""
    for entry in found:
        for what in entry.confirm:
            yield f"{entry.slug}: {what}"


def _unread(settings: Settings) -> Iterator[str]:
    for language in settings.languages:
        if loading.unread(language):
            yield f"{language}: its sentences and its pages"


def _overdue(found: Sequence[Entry]) -> Iterator[str]:
    today = date.today().isoformat()  # noqa: DTZ011  # the admin's own calendar day
    for entry in found:
        if entry.review_by and entry.review_by < today:
            yield f"{entry.slug}: was due on {entry.review_by}"


def _unchecked(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if item.due:
            yield f"{item.setting.name}: {item.value}, last checked on {item.checked}"


def _plain(settings: Settings, found: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the texts as visitors read them, by name, and what keeps one from being read."""
    texts: dict[str, str] = {}
    wrong: list[str] = []
    for name, markdown in found.items():
        try:
            texts[name] = plain(markdown, settings.placeholders)
        except UnknownPlaceholder as error:
            wrong.append(f"{name}: {error}")
    return texts, wrong


def _broken(live: Sequence[Entry]) -> Iterator[str]:
    for one in lint.broken_links(live, _public(live)):
        yield f"{one.slug}: the link {one.link} {FAULTS[one.fault]}"


def _public(live: Sequence[Entry]) -> Collection[str]:
    """Return the paths that a link may lead to; small talk has no page of its own."""
    paths = {route.path for route in PAGES if route.method == "GET"}
    return paths | {f"/faq/{entry.slug}" for entry in live if entry.topic != SMALL_TALK}


def _twice(live: Sequence[Entry]) -> Iterator[str]:
    for one in lint.twice(live):
        first, *others = one.slugs
        yield f'{first}: "{one.text}" is in {" and ".join(others)} too: leave it to one of them'


def _likeness(phrasings: Phrasings) -> None:
    near = [
        f"{one.one} and {one.two}: alike to {percent(one.cosine)};"
        " make one entry of them, or say in both what tells them apart"
        for one in phrasings.near()
    ]
    _list("Nearly the same entry twice", near)
    astray = phrasings.astray()
    worst = [
        f'{one.slug}: "{shorten(one.text, TEXT, placeholder=" ...")}" goes to {one.other}'
        f" ({percent(one.share)}, its own {percent(one.own)})"
        for one in astray[:WORST]
    ]
    _list("Likely to go to another entry: add more like it, or move it", worst, len(astray))


def _hard(texts: Mapping[str, str]) -> Iterator[str]:
    for one in lint.hard_to_read(texts):
        yield f'{one.slug}: {one.age:.0f} years; its longest sentence is "{one.sentence}"'


def _list(title: str, lines: Sequence[str], of: int = 0) -> None:
    """Print a section; `of` counts what there is where only the worst is listed."""
    if lines:
        count = f"the worst {len(lines)} of {of}" if of > len(lines) else f"{len(lines)}"
        print(f"\n{title} ({count})")
        for line in lines:
            print(f"  - {line}")
