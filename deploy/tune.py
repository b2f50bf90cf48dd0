"""Teach the sentence model what people mean here: `make tune`, which takes a quarter of an hour.

It shows the published model many ways of asking for the same thing, those of the FAQ, of urgent
messages and of other helpdesks (deploy/tuning, written for this, from no data set), and learns
narrow changes to its linear layers (LoRA) by which what means the same lies together: supervised
contrastive learning (Khosla et al. 2020). The result is one small file for the package to carry.
PyTorch is needed for this only, and is installed beside the project, never with it.
"""

import argparse
import hashlib
import json
import math
import os
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from chatbot.answers import tuning, vectors
from chatbot.answers.building import distinct
from chatbot.answers.encoder import DIMENSIONS, load_encoder, published
from chatbot.answers.keyboard import misspell
from chatbot.answers.wordpiece import WordPiece
from chatbot.content import loading
from chatbot.content.learnt import TUNING
from chatbot.domain.faq import Status
from chatbot.domain.outcome import SIGNPOSTS, Urgent
from chatbot.materials import load_knowledge

HERE: Final = Path(__file__).parent
LAYERS, HEADS, WIDE, VOCABULARY, POSITIONS = 6, 12, 1536, 30522, 512
RANK: Final = 16
STEPS: Final = 800
SPEED: Final = 6e-4
TEMPERATURE: Final = 0.07
STAY: Final = 0.5
"""What moving away from the published vector costs: what it knows must not be forgotten."""
TAKEN: Final = 0.6
"""How much of the change is taken: between the published and the taught model lies one that knows
more than either (Wortsman et al. 2022).
"""
SLIPS: Final = 0.3
"""The share of texts that get typing slips."""
LONGEST: Final = 48
OURS: Final = 2.5
"""How much more often the FAQ and urgent messages are drawn than their size says."""
APART: Final = -1
"""The class of texts that are like nothing else in their batch."""
Domain = Mapping[str, Sequence[str]]


class Changed(nn.Module):
    """A linear layer of the model with a narrow change that is learnt."""

    def __init__(self, name: str, offset: int, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.name, self.offset = name, offset
        self.weight, self.bias = weight, bias
        rows, columns = weight.shape
        self.down = nn.Parameter(torch.randn(RANK, rows) / math.sqrt(rows))
        self.up = nn.Parameter(torch.zeros(columns, RANK))

    def forward(self, given: Tensor) -> Tensor:
        """Return what the layer makes of its input."""
        return given @ self.weight + self.bias + (given @ self.down.T) @ self.up.T


class Norm(nn.Module):
    """A layer norm that is not changed."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, given: Tensor) -> Tensor:
        """Return the input, normed."""
        return functional.layer_norm(given, (DIMENSIONS,), self.weight, self.bias, 1e-12)


class Block(nn.Module):
    """One layer of the transformer."""

    def __init__(self, number: int, take: "Reader") -> None:
        super().__init__()
        name = f"model.layers.{number}"
        places = [take.weight(f"{name}.attn.{one}_proj", DIMENSIONS, DIMENSIONS) for one in "qkv"]
        self.query, self.key, self.value = (Changed(*place, take(DIMENSIONS)) for place in places)
        self.out = take.linear(f"{name}.attn.o_proj", DIMENSIONS, DIMENSIONS)
        self.first = Norm(take(DIMENSIONS), take(DIMENSIONS))
        self.wide = take.linear(f"{name}.mlp.fc1", DIMENSIONS, WIDE)
        self.narrow = take.linear(f"{name}.mlp.fc2", WIDE, DIMENSIONS)
        self.second = Norm(take(DIMENSIONS), take(DIMENSIONS))

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return the hidden states after this layer; `mask` is true where there is a token."""
        count, length, _ = hidden.shape
        query, key, value = (
            layer(hidden).view(count, length, HEADS, -1).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        seen = functional.scaled_dot_product_attention(query, key, value, mask[:, None, None])
        hidden = self.first(hidden + self.out(seen.transpose(1, 2).reshape(hidden.shape)))
        return self.second(hidden + self.narrow(functional.gelu(self.wide(hidden))))


class Reader:
    """Takes the published weights from the model's data, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __call__(self, *shape: int) -> Tensor:
        """Return the next weight."""
        count = math.prod(shape)
        found = np.frombuffer(self._data, "<f4", count, self._at).reshape(shape)
        self._at += 4 * count
        return torch.tensor(found)

    def weight(self, name: str, rows: int, columns: int) -> tuple[str, int, Tensor]:
        """Return the next weight with its name in the model and its place in the data."""
        at = self._at
        return f"{name}.MatMul.weight", at, self(rows, columns)

    def linear(self, name: str, rows: int, columns: int) -> Changed:
        """Return the next weight and its bias as a layer."""
        return Changed(*self.weight(name, rows, columns), self(columns))


class Model(nn.Module):
    """The published model, with changes."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        take = Reader(data)
        self.words = take(VOCABULARY, DIMENSIONS)
        self.kinds = take(2, DIMENSIONS)
        self.places = take(POSITIONS, DIMENSIONS)
        self.norm = Norm(take(DIMENSIONS), take(DIMENSIONS))
        self.blocks = nn.ModuleList(Block(number, take) for number in range(LAYERS))

    def forward(self, ids: Tensor, counted: Tensor) -> Tensor:
        """Return unit vectors: the mean over the tokens that are `counted`."""
        hidden = self.norm(self.words[ids] + self.places[: ids.shape[1]] + self.kinds[0])
        for block in self.blocks:
            hidden = block(hidden, ids != 0)
        weights = counted[..., None].float()
        return functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=1)

    def embed(self, texts: Sequence[str], tokens: WordPiece) -> Tensor:
        """Return a vector for each text; short ones are not padded to the longest."""
        found: list[Tensor] = []
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for rows in np.array_split(order, max(1, min(4, len(order)))):
            ids = [tokens.ids(texts[row])[:LONGEST] for row in rows]
            padded = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.long)
            for row, one in enumerate(ids):
                padded[row, : len(one)] = torch.tensor(one)
            counted = (padded != 0) & ~torch.isin(padded, torch.tensor(tokens.marks))
            counted = torch.where(counted.any(1, keepdim=True), counted, padded != 0)
            found.append(self(padded, counted))
        back = torch.empty(len(texts), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(texts))
        return torch.cat(found)[back]


def domains() -> dict[str, Domain]:
    """Return what is to be told apart from what, by subject."""
    live = [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]
    faq = {entry.slug: _shown([entry.question, *entry.phrasings]) for entry in live}
    knowledge = load_knowledge()
    urgent = {str(kind): _shown(knowledge.sounds_like(kind)) for kind in Urgent}
    calm = [text for slug in faq if slug not in SIGNPOSTS.values() for text in faq[slug]]
    urgent["calm"] = [*_shown(knowledge.sounds_harmless()), *calm[::6]]
    found: dict[str, Domain] = {"faq": faq, "urgent": urgent}
    for path in sorted((HERE / "tuning").glob("*.json")):
        intents = json.loads(path.read_text("utf-8"))
        found[path.stem] = {intent: distinct(texts) for intent, texts in intents.items()}
    return found


def _shown(texts: Iterable[str]) -> list[str]:
    return [text for text in distinct(texts) if tuning.shown(text)]


def batches(
    found: Mapping[str, Domain], chance: random.Random
) -> Iterator[tuple[list[str], Tensor]]:
    """Yield texts with the number of the class of each, from one subject at a time."""
    names = list(found)
    weights = [
        math.sqrt(sum(map(len, found[name].values()))) * (OURS if name in {"faq", "urgent"} else 1)
        for name in names
    ]
    while True:
        name = chance.choices(names, weights)[0]
        domain = found[name]
        texts: list[str] = []
        classes: list[int] = []
        for number, group in enumerate(chance.sample(sorted(domain), min(18, len(domain)))):
            many = 4 if name != "urgent" else 32 if group == "calm" else 9
            some = chance.sample(domain[group], min(many, len(domain[group])))
            texts += some
            classes += [APART if group == "calm" else number] * len(some)
        yield texts, torch.tensor(classes)


def loss(vectors: Tensor, classes: Tensor) -> Tensor:
    """Return how badly each text's like can be told from the rest."""
    itself = torch.eye(len(classes), dtype=torch.bool)
    scores = (vectors @ vectors.T / TEMPERATURE).masked_fill(itself, -1e9)
    like = (classes[:, None] == classes[None]) & ~itself & (classes[:, None] != APART)
    shares = scores - torch.logsumexp(scores, 1, keepdim=True)
    some = like.any(1)
    return -((shares * like).sum(1)[some] / like.sum(1)[some]).mean()


def learn(model: Model, tokens: WordPiece, steps: int) -> None:
    """Change the model, step by step."""
    chance = random.Random(0)  # noqa: S311  # the same draw each time is the point
    found = domains()
    every = sorted({text for domain in found.values() for one in domain.values() for text in one})
    first = dict(
        zip(every, torch.tensor(vectors.embed(every, load_encoder(None), {})), strict=True)
    )
    changes = [one for one in model.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(changes, lr=SPEED, weight_decay=0.01)
    speed = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda at: min(1, (at + 1) / 50) * max(0.0, 1 - at / steps)
    )
    started, draw, average = time.monotonic(), batches(found, chance), 0.0
    for step in range(1, steps + 1):
        texts, classes = next(draw)
        slipped = [
            misspell(text, chance.randrange(10**9)) if chance.random() < SLIPS else text
            for text in texts
        ]
        now = model.embed(slipped, tokens)
        kept = torch.stack([first[text] for text in texts])
        lost = loss(now, classes) + STAY * (1 - (now * kept).sum(1)).mean()
        optimiser.zero_grad()
        lost.backward()
        nn.utils.clip_grad_norm_(changes, 1.0)
        optimiser.step()
        speed.step()
        average += (lost.item() - average) / min(step, 20)
        if step % 20 == 0:
            print(f"{step:5} of {steps}  {average:.3f}  {time.monotonic() - started:.0f} s")


def main() -> None:
    """Write the changes, and print the sum that belongs into chatbot/answers/tuning.py."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=TUNING)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count() or 1)
    file, tokens = published()
    data = file.read_bytes()
    model = Model(data)
    learn(model, tokens, options.steps)
    layers = [
        tuning.Layer(
            one.name, one.offset, one.down.detach().numpy(), TAKEN * one.up.detach().numpy()
        )
        for one in model.modules()
        if isinstance(one, Changed)
    ]
    base = hashlib.sha256(data).hexdigest()
    print(f"SUM = {tuning.write(options.out, tuning.Tuning(base, layers))}")


if __name__ == "__main__":
    main()
