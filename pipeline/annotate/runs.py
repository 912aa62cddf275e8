"""Weights -> the scores of each word of many sentences, summed over the runs of one to three words around it.

The templates of the models look at runs of words (`T[-1,0]`: the word before and the word itself) through functions
(`T[0].lower`). What a run gives to the words around it depends on the run alone, so it is worked out once for each run
and not once for each word and template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.annotate.crf import Scores, Weights, stack_templates, sum_windows

REACH = 2  # the templates look at two words on each side
BEFORE, AFTER = "\0BOS", "\0EOS"  # stand for the places before the first and after the last word
_ASKED = (".istitle", ".is_in_dict", ".isdigit")  # functions of templates that are answered True or False
_BOTH = (False, True)
_EDGES = {BEFORE: "BOS", AFTER: "EOS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTable:
    """What a run of one size gives: a row for each template that looks at such a run, all functions together.

    `words` is by the run as written; `lower`, for those that are not among them, by the run in lower case; `other` for
    all else, `numbers` for numbers among it; `edges` for a run that leaves the sentence. Where there are two, the second
    is for a run whose words are all titled, as the model takes that word.
    """

    size: int
    is_titled: Callable[[str], bool]
    words: dict[str, Scores]
    lower: dict[str, tuple[Scores, Scores]]
    other: tuple[Scores, Scores]
    numbers: tuple[Scores, Scores]
    edges: dict[str, Scores]


def make_table(
    weights: Weights,
    size: int,
    *,
    is_titled: Callable[[str], bool],
    dictionary: Iterable[str] = (),
    only: int | None = None,
) -> RunTable:
    """The table of runs of a size; `only` keeps what the scores of one label are above those of the other."""
    templates = [f"T[{k}]" if size == 1 else f"T[{k},{k + size - 1}]" for k in range(-REACH, REACH + 2 - size)]
    stacked = stack_templates(weights, templates)
    if only is not None:
        stacked = {name: {v: s[:, only] - s[:, 1 - only] for v, s in table.items()} for name, table in stacked.items()}
    nothing = np.zeros((len(templates), len(weights.labels)) if only is None else len(templates))

    def sum_of(*values: object) -> Scores:
        return sum((stacked.get(name, {}).get(str(v), nothing) for name, v in zip(_ASKED, values, strict=True)), nothing)

    asked = {(known, number): (sum_of(False, known, number), sum_of(True, known, number)) for known in _BOTH for number in _BOTH}
    lower = {run: asked[True, is_number(run)] for run in dictionary if run.count(" ") == size - 1}
    for run, scores in stacked.get(".lower", {}).items():
        small, titled = lower.get(run) or asked[False, is_number(run)]
        lower[run] = (small + scores, titled + scores)
    words = {}
    for run, scores in stacked.get("", {}).items():
        forms = lower.get(run.lower()) or asked[False, is_number(run)]
        words[run] = forms[all(map(is_titled, run.split(" ")))] + scores
    edges = {
        mark: sum((stacked.get(name, {}).get(edge, nothing) for name in ("", ".lower", *_ASKED)), nothing)
        for mark, edge in _EDGES.items()
    }
    other, numbers = asked[False, False], asked[False, True]
    return RunTable(size=size, is_titled=is_titled, words=words, lower=lower, other=other, numbers=numbers, edges=edges)


def score_runs(sentences: Sequence[Sequence[str]], tables: Sequence[RunTable]) -> list[Scores]:
    """A row of scores for each word of each sentence, for all sentences in one pass."""
    padded: list[str] = []
    for words in sentences:
        padded += (BEFORE, BEFORE, *words, AFTER, AFTER)
    length = len(padded) - 2 * REACH
    parts = [sum_windows(_read_runs(table, padded), length) for table in tables]
    return split_rows(sum(parts[1:], parts[0]), sentences)


def _read_runs(table: RunTable, words: Sequence[str]) -> list[Scores]:
    """The scores of every run of the table's size, those that leave a sentence among them."""
    size = table.size
    titled = [table.is_titled(word) for word in words]
    titles = titled
    for k in range(1, size):
        titles = [a and b for a, b in zip(titles, titled[k:], strict=False)]
    runs = list(words) if size == 1 else [" ".join(run) for run in zip(*(words[k:] for k in range(size)), strict=False)]
    scores = []
    find, fold = table.words.get, table.lower.get
    for run, title in zip(runs, titles, strict=True):
        found = find(run)
        if found is None:
            found = (fold(run.lower()) or (table.numbers if is_number(run) else table.other))[title]
        scores.append(found)
    for end, word in enumerate(words):
        if word == AFTER and end >= size - 1:
            scores[end - size + 1] = table.edges[AFTER]
    for begin, word in enumerate(words[: len(scores)]):
        if word == BEFORE:
            scores[begin] = table.edges[BEFORE]
    return scores


def is_number(word: str) -> bool:
    """As the features have it: the ten figures of ASCII alone."""
    return word.isascii() and word.isdigit()


def score_neighbours(sentences: Sequence[Sequence[int]], singles: Scores, pairs: Scores) -> list[Scores]:
    """The same from the numbers of a column; those of the edges are the last two of `singles` and `pairs`."""
    before, after = len(singles) - 2, len(singles) - 1
    padded: list[int] = []
    for numbers in sentences:
        padded += (before, before, *numbers, after, after)
    column = np.array(padded)
    length = len(padded) - 2 * REACH
    total = sum_windows(singles[column], length) + sum_windows(pairs[column[:-1], column[1:]], length)
    return split_rows(total, sentences)


def tabulate_column(weights: Weights, labels: Sequence[str]) -> tuple[Scores, Scores]:
    """What each value of column 1 gives to the words around it, and each pair of values; the edges are the last two."""
    names = [*labels, BEFORE, AFTER]
    tables = [
        stack_templates(weights, [f"T[{k}]" for k in range(-REACH, REACH + 1)]).get("[1]", {}),
        stack_templates(weights, [f"T[{k},{k + 1}]" for k in range(-REACH, REACH)]).get("[1]", {}),
    ]
    nothing = [np.zeros((2 * REACH + 1 - k, len(weights.labels))) for k in range(2)]
    singles = [tables[0].get(_EDGES.get(name, name), nothing[0]) for name in names]
    pairs = [[tables[1].get(_pair_value(a, b), nothing[1]) for b in names] for a in names]
    return np.array(singles), np.array(pairs)


def _pair_value(first: str, second: str) -> str:
    return "BOS" if first == BEFORE else "EOS" if second == AFTER else f"{first} {second}"


def tabulate_history(weights: Weights, column: int) -> Scores:
    """What the labels of the third, second and first word before give: `[third, second, first]` is a row of scores.

    The number after the last label stands for a place before the sentence, the one after that for the constant `X`.
    """
    names = [*weights.labels, "BOS", "X"]
    nothing = np.zeros(len(weights.labels))

    def row(template: str, value: str) -> Scores:
        return weights.state.get(f"{template}[{column}]", {}).get(value, nothing)

    def pair(template: str, a: str, b: str) -> Scores:
        return row(template, "BOS" if a == "BOS" else f"{a} {b}")

    third, second, first = (np.array([row(f"T[-{back}]", name) for name in names]) for back in (3, 2, 1))
    far, near = (np.array([[pair(template, a, b) for b in names] for a in names]) for template in ("T[-3,-2]", "T[-2,-1]"))
    total: Scores = third[:, None, None] + second[None, :, None] + first[None, None, :]
    total += far[:, :, None]
    total += near[None, :, :]
    return total


def split_rows(total: Scores, sentences: Sequence[Sequence[object]]) -> list[Scores]:
    """The rows of each sentence out of those of all of them, which stand between paddings."""
    rows, begin = [], 0
    for words in sentences:
        rows.append(total[begin : begin + len(words)])
        begin += len(words) + 2 * REACH
    return rows
