"""Embed the shipped words once, for the package to carry: `make vectors`.

A first start then embeds nothing and answers within seconds. Run it after a change to the FAQ, the
urgent rules or the everyday questions; a test says when it was forgotten.
"""

from pathlib import Path

from chatbot.answers import vectors
from chatbot.answers.encoder import load_encoder
from chatbot.answers.engine import Engine
from chatbot.app import load_knowledge
from chatbot.content import loading, vector_file
from chatbot.content.vector_file import KEY_BYTES, SHIPPED
from chatbot.domain.faq import Status

FILE = Path(vector_file.__file__).parent / SHIPPED


def main() -> None:
    """Write the file anew; what is no longer shipped goes."""
    known = vector_file.VectorFile(None, vectors.SIZE).known
    used = _Used(known)
    live = [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]
    Engine.build(live, load_knowledge(), load_encoder(None), vectors=used)
    records = [bytes.fromhex(key) + used[key] for key in sorted(used.asked)]

    FILE.write_bytes(b"".join(records))
    print(f"{len(records)} vectors, {FILE.stat().st_size / 1e6:.1f} MB")


class _Used(dict[str, bytes]):
    """Remembers what was asked for."""

    def __init__(self, known: dict[str, bytes]) -> None:
        super().__init__(known)
        self.asked: set[str] = set()

    def get(self, key: str, default: bytes = b"") -> bytes:  # type: ignore[override]  # as it is used
        self.asked.add(key)
        return super().get(key, default)


if __name__ == "__main__":
    main()
