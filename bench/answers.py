#!/usr/bin/env python3
"""How well questions are understood: this engine and others, on the same public question sets.

Every engine learns the same few phrasings of each intent and is asked the same questions in the
same run, one at a time, by the same code: plain, and with one or two slips of the finger. Where a
set has questions that belong to no intent, the AUROC tells how well an engine's own score keeps
them apart from the others. Cells are for 1, 5 and 10 phrasings of each intent.

    python bench/answers.py [--data FOLDER] [--questions FILE] [--quick] [--plot FILE.svg]

FOLDER holds `clinc.json` and `banking77.json`, FILE labelled questions for the shipped FAQ.
"""

import argparse
from pathlib import Path

from bench.answering import cara, reliability, scoring
from bench.answering.protocol import QUICK, SETS, QuestionSet, Size, read_sets
from bench.answering.references import Sentences, nlpjs
from bench.answering.scoring import Tools
from chatbot.answers.encoder import load_encoder
from chatbot.answers.evaluate import read_questions
from chatbot.content.learnt import TUNING
from chatbot.materials import load_knowledge

SHARED = Path(__file__).parents[2] / "shared" / "bench"
QUESTIONS = SHARED / "cara_questions_sample.jsonl"


def main() -> None:
    """Print the tables, or write the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED / "data", help="folder of the sets")
    parser.add_argument("--questions", type=Path, default=None, help="for the shipped FAQ")
    parser.add_argument("--quick", action="store_true", help="one seed and few questions")
    parser.add_argument("--plot", type=Path, default=None, help="write this picture instead")
    options = parser.parse_args()
    if not all((options.data / f"{name}.json").is_file() for name in SETS):
        parser.error("name the folder of clinc.json and banking77.json with --data")
    sets, size = read_sets(options.data), QUICK if options.quick else Size()
    tools = Tools(load_knowledge(), load_encoder(None, TUNING), Sentences())
    if options.plot:
        plot(options.plot, sets, size, tools)
        return
    print_sets(sets, size, tools)
    file = options.questions or QUESTIONS
    if options.questions or file.is_file():
        questions = read_questions(file.read_text("utf-8"))
        print(f"\n{file.name}: {len(questions)} questions, the shipped FAQ\n")
        print(cara.table(cara.compare(questions, tools)))


def print_sets(sets: list[QuestionSet], size: Size, tools: Tools) -> None:
    """Print what each engine did on the public sets."""
    with nlpjs() as node:
        rows = scoring.compare(sets, size, tools, node)
    seeds = "1 seed" if len(size.seeds) == 1 else f"means of {len(size.seeds)} seeds"
    print(f"{size.questions:,} questions, {size.strange} out of scope, {seeds}; K = 1 / 5 / 10\n")
    print(scoring.table(rows, sets))
    if node is None:
        print("| NLP.js 4 | Node is not there |")


def plot(file: Path, sets: list[QuestionSet], size: Size, tools: Tools) -> None:
    """Write the reliability plot, and print its points."""
    found = reliability.lines(sets, size, tools)
    file.write_text(reliability.picture(found), "utf-8")
    for name, line in found.items():
        print(f"{name}: {reliability.gap(line):.3f} apart on average")
        for one in line:
            print(f"  expected {one.expected:.2f}  observed {one.observed:.2f}  of {one.count}")


if __name__ == "__main__":
    main()
