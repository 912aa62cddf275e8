"""Text -> words, parts of speech and entity mentions of underthesea's bundled models, put back on our text.

The only file that knows underthesea (9.5.0, Apache-2.0), and it uses no more of it than its data: the token pattern, the
spelling map, and three conditional random fields with the features they were trained on. Nothing is downloaded. The
library's own functions are not called, for two reasons. They pass the constant `X` where the models were trained to see
the labels of the words before, which makes its entities nearly useless; here they see the labels chosen so far. And they
parse each feature template again for each word, which takes 95 % of their time; here the weights are laid out by word.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import itertools
import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.annotate.crf import (
    History,
    Scores,
    Weights,
    decode_forward,
    decode_jointly,
    decode_two,
    read_weights,
    stack_templates,
    sum_windows,
)
from pipeline.model import Mention, Word
from pipeline.vietnamese.sentences import MAX_SENTENCE, split_sentences

KINDS = ("PER", "ORG", "LOC")  # the models know MISC too: nationalities and brands, which no rule uses
RULE = "words.ner"

_BEFORE, _AFTER = "\0BOS", "\0EOS"  # stand for the places before the first and after the last word
_REACH = 2  # the templates look at two words on each side
_LETTERS = re.compile(r"[^\W\d_]+")
_SIDE_BY_SIDE = 3  # characters between two capitalised words of one name: `Niê Kđăm`, `K’ Nhiêu`, `Kim-Un`
# Longer runs without white space are no words of a language (`a.a.a.a.`, a row of dots), and the token pattern would
# take quadratic time for them: they are cut before it sees them.
_LONG_RUN = re.compile(r"\S{200}")
_CACHED_WORDS = 20_000  # word types whose scores are kept: about a year of one portal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedWord:
    """A word of a sentence: its offsets there, the library's spelling of it, part of speech, entity label (`O`: none), confidence."""

    start: int
    end: int
    spelling: str
    tag: str
    entity: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Models:
    token: re.Pattern[str]
    characters: dict[int, str]
    spellings: dict[str, str]
    dictionary: frozenset[str]
    words: Weights
    tags: Weights
    entities: Weights


def find_mentions(text: str) -> tuple[Mention, ...]:
    """PER, ORG and LOC proposals over the whole text, in its order."""
    return tuple(
        mention
        for start, end in split_sentences(text)
        if may_hold_entity(text, start, end)
        for mention in mentions_of(text, start, tag_sentence(text[start:end]))
    )


def tag_words(text: str, start: int, end: int) -> tuple[Word, ...]:
    """The words of text[start:end] with their parts of speech (`N`, `Np`, `V`, `M`, `CH` for punctuation, ...)."""
    spans = [(0, end - start)] if end - start <= MAX_SENTENCE else split_sentences(text[start:end])
    return tuple(
        Word(text=text[begin + word.start : begin + word.end], start=begin + word.start, end=begin + word.end, tag=word.tag)
        for a, b in spans
        for begin in (start + a,)
        for word in tag_sentence(text[start + a : start + b])
    )


def may_hold_entity(text: str, start: int, end: int) -> bool:
    """False for a sentence where no proposal is of use: without two capitalised words side by side.

    The rules ask the models one thing, whether a run of at least two capitalised words is a name (`Nguyễn Văn Phong`);
    what stands alone (`Quốc hội`, `ông Phong`) they know from word lists and from the article.
    """
    last = -1  # where the last capitalised word ended, -1 after a small one
    for word in _LETTERS.finditer(text, start, end):
        if not word.group()[0].isupper():
            last = -1
        elif last >= 0 and word.start() - last <= _SIDE_BY_SIDE:
            return True
        else:
            last = word.end()
    return False


def tag_sentence(sentence: str, *, constant: bool = False) -> tuple[TaggedWord, ...]:
    """Words, parts of speech and entities of one sentence of NFC text.

    `constant` reads the labels before a word as `X`, as the library does: for tests and benchmarks.
    """
    models = _load_models()
    words = _join_tokens(models, _find_tokens(models, sentence))
    if not words:
        return ()
    spellings = [spelling for _, _, spelling in words]
    scores = _score_runs(spellings, _tag_scores, sizes=(1, 2))
    tags = _label(models.tags, scores, _tag_history, constant=constant)[0]
    scores = _score_runs(spellings, _entity_scores, sizes=(1, 2)) + _score_neighbours(tags)
    outside = models.entities.labels.index("O")
    entities, chosen_by = _label(models.entities, scores, _entity_history, constant=constant)
    return tuple(
        TaggedWord(
            start=start,
            end=end,
            spelling=spelling,
            tag=models.tags.labels[tag],
            entity=models.entities.labels[entity],
            confidence=_share(best, entity) if chosen_by and entity != outside else 0.0,
        )
        for (start, end, spelling), tag, entity, best in zip(words, tags, entities, chosen_by or scores, strict=True)
    )


def mentions_of(text: str, at: int, words: Sequence[TaggedWord]) -> list[Mention]:
    """Runs of `B-PER I-PER ...`; an `I-` that continues nothing begins a mention of its own."""
    runs: list[list[TaggedWord]] = []
    kind = ""
    for word in words:
        position, _, label = word.entity.partition("-")
        if position == "I" and label == kind:
            runs[-1].append(word)
        elif label:
            runs.append([word])
        kind = label
    mentions = []
    for run in runs:
        start, end = at + run[0].start, at + run[-1].end
        kind = run[0].entity.partition("-")[2]
        if kind in KINDS:
            confidence = round(min(word.confidence for word in run), 3)
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


def _join_tokens(models: _Models, tokens: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Words of one or more tokens (`Nguyễn Văn Phong` is one)."""
    if not tokens:
        return []
    scores = _score_runs([token for _, _, token in tokens], _word_scores, sizes=(1, 2, 3))
    inside = models.words.labels.index("I-W")
    words: list[tuple[int, int, str]] = []
    for (start, end, token), label in zip(tokens, decode_two(scores, models.words.transition), strict=True):
        if label == inside and words:
            words[-1] = (words[-1][0], end, f"{words[-1][2]} {token}")
        else:
            words.append((start, end, token))
    return words


@functools.lru_cache(maxsize=5 * _CACHED_WORDS)
def _word_scores(*tokens: str) -> Scores:
    """What a run of one to three tokens says of where words begin."""
    edge = _edge(tokens)
    joined = edge or " ".join(tokens)
    dictionary = _load_models().dictionary
    # In the tokenizer's features a figure or sign counts as a capital: it has no other upper case.
    titled = edge or str(all(token[0] == token[0].upper() for token in tokens))
    known = edge or str(joined.lower() in dictionary)
    digits = edge or str(joined.isascii() and joined.isdigit())
    values = {"": joined, ".lower": edge or joined.lower(), ".istitle": titled, ".is_in_dict": known, ".isdigit": digits}
    return _sum_values("words", len(tokens), values)


def _edge(tokens: Sequence[str]) -> str:
    """`BOS` for a run that begins before the sentence, else `EOS` for one that ends after it, else nothing."""
    if tokens[0] == _BEFORE:
        return "BOS"
    return "EOS" if tokens[-1] == _AFTER else ""


def _score_runs(words: Sequence[str], read: Callable[..., Scores], *, sizes: Sequence[int]) -> Scores:
    """The scores of each word of a sentence from all runs of so many words around it."""
    padded = [_BEFORE] * _REACH + [*words] + [_AFTER] * _REACH
    runs = [[read(*run) for run in zip(*(padded[k:] for k in range(size)), strict=False)] for size in sizes]
    return sum((sum_windows(parts, len(words)) for parts in runs[1:]), sum_windows(runs[0], len(words)))


def _sum_values(model: str, size: int, values: Mapping[str, str]) -> Scores:
    """A row of scores for each template that looks at a run of this size: the sum over the functions of the template."""
    tables, nothing = _tables(model, size)
    found = [tables[function][value] for function, value in values.items() if value in tables.get(function, ())]
    return sum(found[1:], found[0]) if found else nothing


@functools.cache
def _tables(model: str, size: int) -> tuple[dict[str, dict[str, Scores]], Scores]:
    weights: Weights = getattr(_load_models(), model)
    templates = [f"T[{k}]" if size == 1 else f"T[{k},{k + size - 1}]" for k in range(-_REACH, _REACH + 2 - size)]
    return stack_templates(weights, templates), np.zeros((len(templates), len(weights.labels)))


# Parts of speech and entities


def _label(weights: Weights, scores: Scores, history: History, *, constant: bool) -> tuple[list[int], list[Scores]]:
    """Labels of a sentence, and where they were chosen one by one the scores that chose them."""
    if not constant:
        return decode_forward(scores, weights.transition, history)
    x = len(weights.labels)  # one past the labels stands for the constant
    fixed = [history(*(x if i >= back else -1 for back in (3, 2, 1))) for i in range(len(scores))]
    return decode_jointly(scores + np.array(fixed), weights.transition), []


@functools.lru_cache(maxsize=3 * _CACHED_WORDS)
def _tag_scores(*words: str) -> Scores:
    return _sum_values("tags", len(words), _values(words))


@functools.lru_cache(maxsize=3 * _CACHED_WORDS)
def _entity_scores(*words: str) -> Scores:
    return _sum_values("entities", len(words), _values(words))


def _values(words: tuple[str, ...]) -> dict[str, str]:
    """What the templates of the two taggers ask of a word, or of two words."""
    edge = _edge(words)
    if len(words) > 1:
        return {"": edge or " ".join(words)}
    titled = edge or str(all(syllable[:1].istitle() for syllable in words[0].split(" ")))
    return {"": edge or words[0], ".lower": edge or words[0].lower(), ".istitle": titled}


def _score_neighbours(tags: Sequence[int]) -> Scores:
    """What the parts of speech of a sentence say of its entities."""
    singles, pairs = _tag_tables()
    before, after = len(singles) - 2, len(singles) - 1
    numbers = np.array([before] * _REACH + [*tags] + [after] * _REACH)
    return sum_windows(singles[numbers], len(tags)) + sum_windows(pairs[numbers[:-1], numbers[1:]], len(tags))


@functools.cache
def _tag_tables() -> tuple[Scores, Scores]:
    """`_score_neighbours` by the number of a part of speech, and by two; BOS and EOS are the last numbers."""
    names = [*_load_models().tags.labels, _BEFORE, _AFTER]
    singles = [_sum_values("entities", 1, {"[1]": _edge((name,)) or name}) for name in names]
    pairs = [[_sum_values("entities", 2, {"[1]": _edge((a, b)) or f"{a} {b}"}) for b in names] for a in names]
    return np.array(singles), np.array(pairs)


@functools.cache
def _tag_history(third: int, second: int, first: int) -> Scores:
    weights = _load_models().tags
    earliest, earlier, last = _history_values(weights, third, second, first)
    features = {
        "T[-3][1]": earliest,
        "T[-2][1]": earlier,
        "T[-1][1]": last,
        "T[-3,-2][1]": "BOS" if third < 0 else f"{earliest} {earlier}",
        "T[-2,-1][1]": "BOS" if second < 0 else f"{earlier} {last}",
    }
    return _sum_features(weights, features)


@functools.cache
def _entity_history(third: int, second: int, first: int) -> Scores:
    weights = _load_models().entities
    values = _history_values(weights, third, second, first)
    return _sum_features(weights, dict(zip(("T[-3][3]", "T[-2][3]", "T[-1][3]"), values, strict=True)))


def _history_values(weights: Weights, *numbers: int) -> list[str]:
    labels = (*weights.labels, "X")
    return ["BOS" if number < 0 else labels[number] for number in numbers]


def _sum_features(weights: Weights, features: Mapping[str, str]) -> Scores:
    nothing = np.zeros(len(weights.labels))
    return sum((weights.state.get(name, {}).get(value, nothing) for name, value in features.items()), nothing)


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
    return _Models(
        token=re.compile(_read_token_pattern(folder / "word_tokenize" / "regex_tokenize.py"), re.VERBOSE),
        characters=str.maketrans(normalizer["character"]),
        spellings=normalizer["token"],
        dictionary=frozenset(_read_pickle(segmenter / "dictionary.bin")),
        words=read_weights(segmenter / "models.bin"),
        tags=read_weights(folder / "pos_tag" / "pos_crf_2017_10_11.bin"),
        entities=read_weights(folder / "ner" / "ner_crf_2017_10_12.bin"),
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
