"""Text -> words, parts of speech and entity mentions of underthesea's bundled models, put back on our text.

The only file that knows underthesea (9.5.0, Apache-2.0), and it uses no more of it than its data: the token pattern, the
spelling map, and three conditional random fields with the features they were trained on. Nothing is downloaded. The
library's own functions are not called, for two reasons. They pass the constant `X` where the models were trained to see
the labels of the words before, which costs a fifth of the persons and half of the places they could find
(`benchmarks/words.md`); here they see the labels chosen so far. And they parse each feature template again for each
word, which takes 95 % of their time; here the weights are laid out by word.

Another tagger (a model on the user's own disk) would be put behind `find_mentions` and `tag_words` here, and nowhere else.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import itertools
import pickle
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.annotate.crf import Scores, Weights, decode_forward, decode_jointly, decode_two, read_weights
from pipeline.annotate.runs import (
    RunTable,
    make_table,
    score_neighbours,
    score_runs,
    tabulate_column,
    tabulate_history,
)
from pipeline.model import Mention, Word
from pipeline.vietnamese.sentences import MAX_SENTENCE, split_sentences

KINDS = ("PER", "ORG", "LOC")  # the models know MISC too: nationalities and brands, which no rule uses
RULE = "words.ner"

# Longer runs without white space are no words of a language (`a.a.a.a.`, a row of dots), and the token pattern would
# take quadratic time for them: they are cut before it sees them.
_LONG_RUN = re.compile(r"\S{200}")
_TOGETHER = 64  # sentences tagged in one pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedWord:
    """A word of a sentence: its offsets there, the library's spelling of it, part of speech, entity label (`O`: none)."""

    start: int
    end: int
    spelling: str
    tag: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Models:
    token: re.Pattern[str]
    characters: dict[int, str]
    spellings: dict[str, str]
    words: Weights
    tags: Weights
    entities: Weights
    runs: Mapping[str, tuple[RunTable, ...]]  # by model, for runs of 1, 2, 3 words
    column: tuple[Scores, Scores]
    tag_history: Scores
    entity_history: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tagged:
    """A sentence: offsets and spellings of its words, and the number of a label for each."""

    words: list[tuple[int, int, str]]
    tags: list[int]
    entities: list[int]
    chosen_by: Scores


def find_mentions(text: str, *, asked: Sequence[int] | None = None) -> tuple[Mention, ...]:
    """PER, ORG and LOC proposals in the order of the text; only of sentences that hold an offset of `asked`, where given."""
    spans: Sequence[tuple[int, int]] = split_sentences(text) if asked is None or asked else ()
    if asked is not None:
        offsets = sorted(asked)
        spans = [(start, end) for start, end in spans if bisect_left(offsets, start) < bisect_left(offsets, end)]
    mentions: list[Mention] = []
    for begin in range(0, len(spans), _TOGETHER):
        some = spans[begin : begin + _TOGETHER]
        tagged = _tag_sentences([text[start:end] for start, end in some], constant=False)
        for (start, _), sentence in zip(some, tagged, strict=True):
            mentions.extend(_read_mentions(text, start, sentence))
    return tuple(mentions)


def tag_words(text: str, start: int, end: int) -> tuple[Word, ...]:
    """The words of text[start:end] with their parts of speech (`N`, `Np`, `V`, `M`, `CH` for punctuation, ...)."""
    spans = [(0, end - start)] if end - start <= MAX_SENTENCE else split_sentences(text[start:end])
    spans = [(start + a, start + b) for a, b in spans]
    return tuple(
        Word(text=text[begin + word.start : begin + word.end], start=begin + word.start, end=begin + word.end, tag=word.tag)
        for (begin, _), words in zip(spans, tag_sentences([text[a:b] for a, b in spans]), strict=True)
        for word in words
    )


def tag_sentence(sentence: str, *, constant: bool = False) -> tuple[TaggedWord, ...]:
    """Words, parts of speech and entities of one sentence of NFC text.

    `constant` reads the labels before a word as `X`, as the library does: for tests and benchmarks.
    """
    return tag_sentences([sentence], constant=constant)[0]


def tag_sentences(sentences: Sequence[str], *, constant: bool = False) -> list[tuple[TaggedWord, ...]]:
    """The same of several sentences, which is faster than one by one."""
    tags, entities = _load_models().tags.labels, _load_models().entities.labels
    return [
        tuple(
            TaggedWord(start=start, end=end, spelling=spelling, tag=tags[tag], entity=entities[entity])
            for (start, end, spelling), tag, entity in zip(tagged.words, tagged.tags, tagged.entities, strict=True)
        )
        for begin in range(0, len(sentences), _TOGETHER)
        for tagged in _tag_sentences(sentences[begin : begin + _TOGETHER], constant=constant)
    ]


def mentions_of(text: str, start: int, end: int, *, constant: bool = False) -> list[Mention]:
    """The proposals of one sentence, whether or not any is of use."""
    return _read_mentions(text, start, _tag_sentences([text[start:end]], constant=constant)[0])


def _tag_sentences(sentences: Sequence[str], *, constant: bool) -> list[_Tagged]:
    models = _load_models()
    words = _find_words(models, sentences)
    spellings = [[spelling for _, _, spelling in sentence] for sentence in words]
    tags = _label(models.tags, score_runs(spellings, models.runs["tags"]), models.tag_history, constant=constant)
    scores = [
        a + b
        for a, b in zip(
            score_runs(spellings, models.runs["entities"]),
            score_neighbours([numbers for numbers, _ in tags], *models.column),
            strict=True,
        )
    ]
    entities = _label(models.entities, scores, models.entity_history, constant=constant)
    return [
        _Tagged(words=found, tags=numbers, entities=labels, chosen_by=chosen_by)
        for found, (numbers, _), (labels, chosen_by) in zip(words, tags, entities, strict=True)
    ]


def _label(weights: Weights, sentences: Sequence[Scores], history: Scores, *, constant: bool) -> list[tuple[list[int], Scores]]:
    """Labels of each sentence, and the scores that chose them."""
    if not constant:
        return decode_forward(sentences, weights.transition, history)
    labelled = []
    for scores in sentences:
        before, x = len(weights.labels), len(weights.labels) + 1
        fixed = [history[tuple(x if i >= back else before for back in (3, 2, 1))] for i in range(len(scores))]
        labels = decode_jointly(scores + np.array(fixed), weights.transition) if fixed else []
        labelled.append((labels, scores))
    return labelled


def _read_mentions(text: str, at: int, sentence: _Tagged) -> list[Mention]:
    """Runs of `B-PER I-PER ...`; an `I-` that continues nothing begins a mention of its own."""
    labels = _load_models().entities.labels
    runs: list[tuple[str, list[int]]] = []
    kind = ""
    for number, entity in enumerate(sentence.entities):
        position, _, label = labels[entity].partition("-")
        if position == "I" and label == kind:
            runs[-1][1].append(number)
        elif label:
            runs.append((label, [number]))
        kind = label
    mentions = []
    for kind, numbers in runs:
        if kind in KINDS:
            start, end = at + sentence.words[numbers[0]][0], at + sentence.words[numbers[-1]][1]
            confidence = round(min(_share(sentence.chosen_by[n], sentence.entities[n]) for n in numbers), 3)
            mentions.append(Mention(kind=kind, text=text[start:end], start=start, end=end, rule=RULE, confidence=confidence))
    return mentions


def _share(scores: Scores, label: int) -> float:
    """How much of the probability at this word the chosen label has."""
    return float(1.0 / np.exp(scores - scores[label]).sum())


# Tokens and words


def _find_tokens(models: _Models, sentence: str) -> list[tuple[int, int, str]]:
    """Offsets and the library's spelling of every token: `Hoà` is read as `Hòa`, the offsets stay ours."""
    known = models.spellings
    readable = sentence.translate(models.characters)
    cuts = [0, *(match.end() for match in _LONG_RUN.finditer(readable)), len(readable)]
    return [
        (match.start() + begin, match.end() + begin, known.get(match.group(), match.group()))
        for begin, end in itertools.pairwise(cuts)
        for match in models.token.finditer(readable[begin:end])
    ]


def _find_words(models: _Models, sentences: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """Words of one or more tokens (`Nguyễn Văn Phong` is one): offsets and spelling."""
    tokens = [_find_tokens(models, sentence) for sentence in sentences]
    leads = score_runs([[token for _, _, token in sentence] for sentence in tokens], models.runs["words"])
    found = []
    for sentence, lead in zip(tokens, leads, strict=True):
        words: list[tuple[int, int, str]] = []
        labels = decode_two(lead, models.words.transition) if sentence else []
        for (start, end, token), inside in zip(sentence, labels, strict=True):
            if inside and words:
                words[-1] = (words[-1][0], end, f"{words[-1][2]} {token}")
            else:
                words.append((start, end, token))
        found.append(words)
    return found


@functools.lru_cache(maxsize=50_000)
def _is_titled(word: str) -> bool:
    return all(syllable[:1].istitle() for syllable in word.split(" "))


def _is_capital(token: str) -> bool:
    """As the tokenizer's features have it: a figure or sign counts as a capital, for it has no other upper case."""
    return token[0] == token[0].upper()


# The library's data


@functools.cache
def _load_models() -> _Models:
    """Once for each process, and without importing the package: that alone takes longer than reading all of this."""
    spec = importlib.util.find_spec("underthesea")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("underthesea is not installed: its wheel brings the models of words and entities")
    folder = Path(spec.submodule_search_locations[0]) / "pipeline"
    segmenter = folder / "word_tokenize" / "models" / "ws_crf_vlsp2013_20230727"
    normalizer = _read_pickle(folder / "text_normalize" / "tn_rules_2023_07_14.bin")
    dictionary = frozenset(_read_pickle(segmenter / "dictionary.bin"))
    words = read_weights(segmenter / "models.bin")
    tags = read_weights(folder / "pos_tag" / "pos_crf_2017_10_11.bin")
    entities = read_weights(folder / "ner" / "ner_crf_2017_10_12.bin")
    return _Models(
        token=re.compile(_read_token_pattern(folder / "word_tokenize" / "regex_tokenize.py"), re.VERBOSE),
        characters=str.maketrans(normalizer["character"]),
        spellings=normalizer["token"],
        words=words,
        tags=tags,
        entities=entities,
        runs={
            "words": tuple(
                make_table(words, size, is_titled=_is_capital, dictionary=dictionary, only=words.labels.index("I-W"))
                for size in (1, 2, 3)
            ),
            "tags": tuple(make_table(tags, size, is_titled=_is_titled) for size in (1, 2)),
            "entities": tuple(make_table(entities, size, is_titled=_is_titled) for size in (1, 2)),
        },
        column=tabulate_column(entities, tags.labels),
        tag_history=tabulate_history(tags, 1),
        entity_history=tabulate_history(entities, 3),
    )


def _read_pickle(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)


def _read_token_pattern(path: Path) -> str:
    """The token pattern of the library's tokenizer, from the assignments of its source."""
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, (ast.Import, ast.Assign))]
    namespace: dict[str, str] = {}
    exec(compile(tree, str(path), "exec"), namespace)
    # A run inside a repeated group tries every way to cut the run: `http://....` with 30 stops would take minutes.
    # One character for each turn matches the same addresses.
    return namespace["regex_patterns_combine"].replace(r"[^\s()<>{}\[\]]+  ", r"[^\s()<>{}\[\]]   ", 1)
