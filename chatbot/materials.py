"""What is read from the disk before anybody is served: words, model, files, the master key.

Commands that need no service use the same doors.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from ssl import create_default_context
from types import MappingProxyType
from typing import Final

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, ModelMissing, load_encoder
from chatbot.answers.knowledge import Knowledge
from chatbot.content import loading
from chatbot.content.learnt import TUNING, IndexFile, LessonFile, VectorFile
from chatbot.credentials import mail_password, master_key, webhook_secret
from chatbot.domain.faq import Entry
from chatbot.domain.promises import Kind
from chatbot.services.bank_holidays import BankHolidays, bank_holidays
from chatbot.services.identity import system_clock
from chatbot.services.mail import Mail
from chatbot.services.rendering import render
from chatbot.settings import Settings, fixed
from chatbot.web.assets import Assets, read_assets, read_widget
from chatbot.web.languages import Language, Languages, Page

_HERE: Final = Path(__file__).parent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Materials:
    """What is read from the disk, once, before anybody is served.

    `fixed` are the settings that the environment decides, `unread` the languages whose words nobody
    has put their name to. The `webhook_secret` is read, or made, once it is needed.
    """

    key: bytes
    languages: Languages
    unread: Sequence[str]
    entries: Sequence[Entry]
    promises: Mapping[Kind, str]
    templates: Sequence[Path]
    static: Assets
    widget: Assets
    knowledge: Knowledge
    encoder: Encoder | None
    vectors: VectorFile
    lessons: LessonFile
    index: IndexFile
    bank_holidays: BankHolidays
    webhook_secret: Callable[[], bytes]
    mail: Mail
    fixed: frozenset[str]


def gather(settings: Settings, environment: Mapping[str, str]) -> Materials:
    """Read everything; it takes a second, and blocks.

    Raises:
        SettingsError: the master key, or another secret, cannot be used.
    """
    widget, folder = widget_folder(), settings.data_folder
    if settings.webhook:
        webhook_secret(folder, environment)  # one that cannot be read stops the start
    return Materials(
        key=master_key(folder, environment),
        languages=load_languages(settings),
        unread=[code for code in settings.languages if loading.unread(code)],
        entries=loading.entries(),
        promises=loading.promises(),
        templates=[_HERE / "web" / "templates", widget],
        static=read_assets(_HERE / "web" / "static"),
        widget=read_widget(widget, _HERE / "web" / "static" / "tokens.css"),
        knowledge=load_knowledge(),
        encoder=find_encoder(settings),
        vectors=open_vectors(settings),
        lessons=open_lessons(settings),
        index=open_index(settings),
        bank_holidays=bank_holidays(system_clock()),
        webhook_secret=partial(webhook_secret, folder, environment),
        mail=_mail(settings, environment),
        fixed=fixed(environment),
    )


def _mail(settings: Settings, environment: Mapping[str, str]) -> Mail:
    if not settings.mail_server:
        return Mail("", "", "")
    password = mail_password(settings.data_folder, environment)
    return Mail(settings.mail_server, settings.mail_from, password, create_default_context())


def open_vectors(settings: Settings) -> VectorFile:
    """Return the vectors that are known already; new ones are kept in the data folder."""
    folder = settings.data_folder
    return VectorFile(folder / "vectors.bin" if folder.is_dir() else None, vectors.SIZE)


def open_lessons(settings: Settings) -> LessonFile:
    """Return what was learnt already; new lessons are kept in the data folder."""
    folder = settings.data_folder
    return LessonFile(folder / "lessons.json" if folder.is_dir() else None)


def open_index(settings: Settings) -> IndexFile:
    """Return what is kept of a large FAQ, in the data folder."""
    folder = settings.data_folder
    return IndexFile(folder / "index.bin" if folder.is_dir() else None)


def load_languages(
    settings: Settings, own: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> Languages:
    """Return what is said in each of the languages; `own` sentences are an admin's, by code."""
    values = settings.placeholders
    return Languages(
        [
            Language(
                code=code,
                direction="rtl" if loading.right_to_left(code) else "ltr",
                texts=loading.texts(code, own.get(code, {})),
                pages={
                    name: Page(page.title, page.summary, render(page.markdown, values))
                    for name, page in loading.pages(code).items()
                },
            )
            for code in settings.languages
        ]
    )


def load_knowledge() -> Knowledge:
    """Return what the engine knows beside the FAQ."""
    shipped = {entry.slug: (entry.question, *entry.phrasings) for entry in loading.entries()}
    return Knowledge.from_data(loading.urgent(), loading.everyday(), shipped)


def find_encoder(settings: Settings) -> Encoder | None:
    """Return the model, or say in the log that it is missing."""
    try:
        return load_encoder(Path(settings.model) if settings.model else None, TUNING)
    except ModelMissing as error:
        log.warning("answers.model_missing %s", error)
        return None


def widget_folder() -> Path:
    """Return where the widget's files are: in the installed package, or beside it in a clone."""
    installed = _HERE / "_widget"
    return installed if installed.is_dir() else _HERE.parent / "widget"
