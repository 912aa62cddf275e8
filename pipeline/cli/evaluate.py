"""`vnpress evaluate`: score tables against gold."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import PROBLEMS, WELL, WRONG_USE, Commands, say

if TYPE_CHECKING:
    from pipeline.review.scores import Evaluation


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    evaluate = commands.add_parser(
        "evaluate", help="score tables against gold of your own",
        description="Score tables against gold: what was found, invented and missed, for each kind of fact. How to write gold "
        "stands in docs/correcting.md.",
        epilog="exit status: 1 where an article of the gold is not in the tables, else 0",
    )  # fmt: skip
    evaluate.add_argument("gold", type=Path, metavar="GOLD", help=".json or .jsonl file, or a folder of them")
    evaluate.add_argument("--tables", type=Path, default=Path("extracted"), help="folder of the tables (default: extracted)")
    evaluate.add_argument("--errors", action="store_true", help="list every error with its place and sentence")
    evaluate.add_argument("--json", action="store_true", help="scores and errors as JSON")
    evaluate.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    from pipeline.review.evaluation import evaluate
    from pipeline.review.gold import read_gold

    try:
        gold = read_gold(args.gold)
        done = evaluate(args.tables, gold)
    except (FileNotFoundError, ValueError) as error:
        say(str(error))
        return WRONG_USE
    if args.json:
        _print_json(done, errors=args.errors)
    else:
        if args.errors:
            _print_errors(done)
        _print_scores(done)
        print(f"{len(gold)} gold articles, {len(done.absent)} not in {args.tables}")
    for source in done.absent:
        say(f"{source}: not in {args.tables}; extract it, or mend `source` in the gold")
    return PROBLEMS if done.absent else WELL


def _print_scores(done: Evaluation) -> None:
    print(f"{'':14} {'P':>6} {'R':>6} {'F1':>6} {'found':>6} {'extra':>6} {'missed':>6}")
    for fact, score in done.scores.items():
        figures = f"{score.precision:6.3f} {score.recall:6.3f} {score.f1:6.3f}"
        print(f"{fact:14} {figures} {score.found:6} {score.extra:6} {score.missed:6}")


def _print_errors(done: Evaluation) -> None:
    for score in done.scores.values():
        for one in score.mistakes:
            place = f":{one.start}-{one.end}" if one.start is not None else ""
            print(f"{one.fact.strip()}: {one.kind}: {one.source}{place}: {one.shown}")
            if one.sentence:
                print(f"    {one.sentence}")


def _print_json(done: Evaluation, *, errors: bool) -> None:
    import dataclasses
    import json

    scores = {
        fact.strip(): {
            "precision": score.precision, "recall": score.recall, "f1": score.f1,
            "found": score.found, "extra": score.extra, "missed": score.missed,
        }
        for fact, score in done.scores.items()
    }  # fmt: skip
    said: dict[str, object] = {"scores": scores, "absent": done.absent}
    if errors:
        said["errors"] = [dataclasses.asdict(one) for score in done.scores.values() for one in score.mistakes]
    print(json.dumps(said, ensure_ascii=False, indent=1))
