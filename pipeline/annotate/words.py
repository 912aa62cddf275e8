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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.annotate.crf import History, Scores, Weights, decode_forward, decode_jointly, decode_two, read_weights, sum_windows
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
    """A word of a sentence: its offsets there, the library's spelling of it, part of speech, entity label, confidence."""

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
    tags = _label(models.tags, _score_tags(spellings), _tag_history, constant=constant)[0]
    scores = _score_entities(spellings, tags)
    entities, chosen_by = _label(models.entities, scores, _entity_history, constant=constant)
    return tuple(
        TaggedWord(
            start=start,
            end=end,
            spelling=spelling,
            tag=models.tags.labels[tag],
            entity=models.entities.labels[entity],
            confidence=_share(best, entity) if chosen_by else 0.0,
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
    padded = [_BEFORE, _BEFORE, *(token for _, _, token in tokens), _AFTER, _AFTER]
    n = len(tokens)
    scores = sum_windows([_word_unigram(token) for token in padded], n)
    scores += sum_windows([_word_gram(2, *pair) for pair in itertools.pairwise(padded)], n)
    scores += sum_windows([_word_gram(3, *three) for three in zip(padded, padded[1:], padded[2:], strict=False)], n)
    inside = models.words.labels.index("I-W")
    words: list[tuple[int, int, str]] = []
    for (start, end, token), label in zip(tokens, decode_two(scores, models.words.transition), strict=True):
        if label == inside and words:
            words[-1] = (words[-1][0], end, f"{words[-1][2]} {token}")
        else:
            words.append((start, end, token))
    return words


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _word_unigram(token: str) -> Scores:
    models = _load_models()
    return _rows(
        models.words, [f"T[{k}]" for k in range(-2, 3)], _word_values(models, (token,), "is_in_dict", "istitle", "isdigit")
    )


@functools.lru_cache(maxsize=4 * _CACHED_WORDS)
def _word_gram(size: int, *tokens: str) -> Scores:
    """What a run of tokens gives to the positions around it, in the order of the templates."""
    models = _load_models()
    templates = [f"T[{k},{k + size - 1}]" for k in range(-2, 4 - size)]
    return _rows(models.words, templates, _word_values(models, tokens, "is_in_dict", "istitle"))


def _word_values(models: _Models, tokens: tuple[str, ...], *functions: str) -> dict[str, str]:
    """The value of each function of a template (`T[0,1].lower`) for a run of tokens."""
    edge = _edge(tokens)
    if edge:
        return dict.fromkeys(("", ".lower", *(f".{function}" for function in functions)), edge)
    joined = " ".join(tokens)
    values = {
        "is_in_dict": str(joined.lower() in models.dictionary),
        # In the tokenizer's features a figure or sign counts as a capital: it has no other upper case.
        "istitle": str(all(token[0] == token[0].upper() for token in tokens)),
        "isdigit": str(joined.isascii() and joined.isdigit()),
    }
    return {"": joined, ".lower": joined.lower(), **{f".{function}": values[function] for function in functions}}


def _edge(tokens: Sequence[str]) -> str:
    """`BOS` for a run that begins before the sentence, else `EOS` for one that ends after it, else nothing."""
    if tokens[0] == _BEFORE:
        return "BOS"
    return "EOS" if tokens[-1] == _AFTER else ""


def _rows(weights: Weights, templates: Sequence[str], values: dict[str, str]) -> Scores:
    """One row of scores for each template: the sum over its functions."""
    return np.array(
        [sum((weights.of(template + name, value) for name, value in values.items()), weights.zero) for template in templates]
    )


# Parts of speech and entities


def _label(weights: Weights, scores: Scores, history: History, *, constant: bool) -> tuple[list[int], list[Scores]]:
    """Labels of a sentence, and where they were chosen one by one the scores that chose them."""
    if not constant:
        return decode_forward(scores, weights.transition, history)
    x = len(weights.labels)  # one past the labels stands for the constant
    fixed = [history(*(x if i >= back else -1 for back in (3, 2, 1))) for i in range(len(scores))]
    return decode_jointly(scores + np.array(fixed), weights.transition), []


def _score_tags(words: Sequence[str]) -> Scores:
    padded = [_BEFORE, _BEFORE, *words, _AFTER, _AFTER]
    scores = sum_windows([_tag_unigram(word) for word in padded], len(words))
    return scores + sum_windows([_tag_pair(*pair) for pair in itertools.pairwise(padded)], len(words))


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _tag_unigram(word: str) -> Scores:
    return _unigram(_load_models().tags, word, title_reach=1)


@functools.lru_cache(maxsize=2 * _CACHED_WORDS)
def _tag_pair(first: str, second: str) -> Scores:
    return _pair(_load_models().tags, first, second)


def _score_entities(words: Sequence[str], tags: Sequence[int]) -> Scores:
    n = len(words)
    padded = [_BEFORE, _BEFORE, *words, _AFTER, _AFTER]
    scores = sum_windows([_entity_unigram(word) for word in padded], n)
    scores += sum_windows([_entity_pair(*pair) for pair in itertools.pairwise(padded)], n)
    singles, pairs = _tag_tables()
    before, after = len(singles) - 2, len(singles) - 1
    numbers = np.array([before, before, *tags, after, after])
    scores += sum_windows(singles[numbers], n)
    return scores + sum_windows(pairs[numbers[:-1], numbers[1:]], n)


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _entity_unigram(word: str) -> Scores:
    return _unigram(_load_models().entities, word, title_reach=2)


@functools.lru_cache(maxsize=2 * _CACHED_WORDS)
def _entity_pair(first: str, second: str) -> Scores:
    return _pair(_load_models().entities, first, second)


def _unigram(weights: Weights, word: str, *, title_reach: int) -> Scores:
    """What a word gives to the five positions around it; `istitle` is asked only so far away."""
    edge = _edge((word,))
    values = {"": edge or word, ".lower": edge or word.lower()}
    titled = {**values, ".istitle": edge or str(_is_titled(word))}
    return np.concatenate(
        [_rows(weights, [f"T[{k}]"], titled if abs(k) <= title_reach else values) for k in range(-_REACH, _REACH + 1)]
    )


def _pair(weights: Weights, first: str, second: str) -> Scores:
    value = _edge((first, second)) or f"{first} {second}"
    return _rows(weights, [f"T[{k},{k + 1}]" for k in range(-_REACH, _REACH)], {"": value})


def _is_titled(word: str) -> bool:
    return all(syllable[:1].istitle() for syllable in word.split(" "))


@functools.cache
def _tag_tables() -> tuple[Scores, Scores]:
    """What each part of speech, and each pair, gives to the entity scores around it; BOS and EOS are the last two."""
    models = _load_models()
    names = [*models.tags.labels, _BEFORE, _AFTER]
    weights = models.entities
    singles = [[weights.of(f"T[{k}][1]", _edge((name,)) or name) for k in range(-2, 3)] for name in names]
    pairs = [
        [[weights.of(f"T[{k},{k + 1}][1]", _edge((a, b)) or f"{a} {b}") for k in range(-2, 2)] for b in names] for a in names
    ]
    return np.array(singles), np.array(pairs)


@functools.cache
def _tag_history(third: int, second: int, first: int) -> Scores:
    weights = _load_models().tags
    labels = (*weights.labels, "X")
    earliest, earlier, last = ("BOS" if number < 0 else labels[number] for number in (third, second, first))
    scores = weights.of("T[-3][1]", earliest) + weights.of("T[-2][1]", earlier) + weights.of("T[-1][1]", last)
    scores = scores + weights.of("T[-3,-2][1]", "BOS" if third < 0 else f"{earliest} {earlier}")
    return scores + weights.of("T[-2,-1][1]", "BOS" if second < 0 else f"{earlier} {last}")


@functools.cache
def _entity_history(third: int, second: int, first: int) -> Scores:
    weights = _load_models().entities
    labels = (*weights.labels, "X")
    earliest, earlier, last = ("BOS" if number < 0 else labels[number] for number in (third, second, first))
    return weights.of("T[-3][3]", earliest) + weights.of("T[-2][3]", earlier) + weights.of("T[-1][3]", last)


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
