"""The real model, the shipped words and engines over them, made once."""

from collections.abc import Sequence

import pytest

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, load_encoder
from chatbot.answers.engine import Engine
from chatbot.answers.knowledge import Knowledge
from chatbot.content import loading
from chatbot.content.learnt import TUNING, LessonFile, VectorFile
from chatbot.domain.faq import Entry, Status
from chatbot.materials import load_knowledge


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder(None, TUNING)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def entries() -> Sequence[Entry]:
    return [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]


@pytest.fixture(scope="session")
def shipped_vectors() -> dict[str, bytes]:
    """Every build may add to it; nothing is written."""
    return VectorFile(None, vectors.SIZE).known


@pytest.fixture(scope="session")
def engine(
    entries: Sequence[Entry],
    knowledge: Knowledge,
    encoder: Encoder,
    shipped_vectors: dict[str, bytes],
) -> Engine:
    lessons = LessonFile(None).known
    return Engine.build(entries, knowledge, encoder, vectors=shipped_vectors, lessons=lessons)


@pytest.fixture(scope="session")
def wordy(entries: Sequence[Entry], knowledge: Knowledge) -> Engine:
    """An engine without a model."""
    return Engine.build(entries, knowledge, None, vectors=None)
