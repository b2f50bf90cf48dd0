"""Embed the shipped words and learn from them once, for the package to carry: `make learn`.

A first start then does neither and answers within seconds. Run it after a change to the FAQ, the
urgent rules or the everyday questions; a test says when it was forgotten.
"""

import json
from pathlib import Path

from chatbot.answers.encoder import load_encoder
from chatbot.answers.engine import Engine
from chatbot.content import learnt, loading
from chatbot.domain.faq import Status
from chatbot.materials import load_knowledge
from chatbot.settings import Settings

FOLDER = Path(learnt.__file__).parent


def main() -> None:
    """Write both files anew; what is no longer shipped goes."""
    found: dict[str, bytes] = {}
    lessons: dict[str, str] = {}
    live = [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]
    share = Settings().wrong_share
    encoder, knowledge = load_encoder(None, learnt.TUNING), load_knowledge()
    Engine.build(live, knowledge, encoder, vectors=found, wrong_share=share, lessons=lessons)
    records = [bytes.fromhex(key) + vector for key, vector in sorted(found.items())]
    (FOLDER / learnt.SHIPPED).write_bytes(b"".join(records))
    (FOLDER / learnt.LESSONS).write_text(json.dumps(lessons, indent=1) + "\n", "utf-8")
    print(f"{len(records)} vectors, {len(lessons)} lessons")


if __name__ == "__main__":
    main()
