"""CRFsuite model file -> weights; scores of a sentence -> labels, the labels given so far among their features."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

# The layout is that of CRFsuite's crf1d_model.c: a header of offsets, the features, and two string tables (CQDB).
_HEADER = struct.Struct("<4sI4sIIIIIIIII")
_FEATURE = np.dtype([("type", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a model learnt: `state[template][value]` has a score for each label, `transition[from, to]` for each pair."""

    labels: tuple[str, ...]
    state: dict[str, dict[str, Scores]]
    transition: Scores


def read_weights(path: Path) -> Weights:
    """The model in a file of CRFsuite's `lCRF` format; ValueError for anything else."""
    data = path.read_bytes()
    magic, _, kind, _, _, n_labels, _, features_at, labels_at, attributes_at, _, _ = _HEADER.unpack_from(data)
    if magic != b"lCRF" or kind != b"FOMC":
        raise ValueError(f"{path}: not a first-order CRFsuite model (it begins with {magic!r}, {kind!r})")
    attributes = _read_strings(data, attributes_at)
    (n_features,) = struct.unpack_from("<I", data, features_at + 8)
    features = np.frombuffer(data, _FEATURE, n_features, features_at + 12)
    transition = np.zeros((n_labels, n_labels))
    pairs = features[features["type"] == _TRANSITION]
    transition[pairs["source"], pairs["target"]] = pairs["weight"]
    emission = np.zeros((len(attributes), n_labels))
    singles = features[features["type"] == _STATE]
    emission[singles["source"], singles["target"]] = singles["weight"]
    state: dict[str, dict[str, Scores]] = {}
    for attribute, scores in zip(attributes, emission, strict=True):
        template, _, value = attribute.partition("=")
        state.setdefault(template, {})[value] = scores
    labels = tuple(_read_strings(data, labels_at))
    return Weights(labels=labels, state=state, transition=transition)


def _read_strings(data: bytes, at: int) -> list[str]:
    """The strings of a CQDB table in the order of their numbers."""
    n_strings, table_at = struct.unpack_from("<II", data, at + 16)
    strings = []
    for entry in struct.unpack_from(f"<{n_strings}I", data, at + table_at):
        (length,) = struct.unpack_from("<I", data, at + entry + 4)
        begin = at + entry + 8
        strings.append(data[begin : begin + length - 1].decode("utf-8"))
    return strings


def stack_templates(weights: Weights, templates: Sequence[str]) -> dict[str, dict[str, Scores]]:
    """The scores by function and value, with a row for each template: `[".lower"]["hà nội"][0]` is of `templates[0].lower`.

    The function of a template that asks for the word itself is the empty string, of one that asks for a column `[1]`.
    """
    stacked: dict[str, dict[str, Scores]] = {}
    for row, template in enumerate(templates):
        for name, values in weights.state.items():
            if name.startswith(template):
                table = stacked.setdefault(name.removeprefix(template), {})
                for value, scores in values.items():
                    if value not in table:
                        table[value] = np.zeros((len(templates), len(weights.labels)))
                    table[value][row] = scores
    return stacked


def sum_windows(parts: Sequence[Scores], length: int) -> Scores:
    """The scores of `length` positions: position i gets `parts[i + k][k]` for each k that a part reaches."""
    stacked = np.asarray(parts)
    total = stacked[:length, 0].copy()
    for k in range(1, stacked.shape[1]):
        total += stacked[k : k + length, k]
    return total


def decode_jointly(scores: Scores, transition: Scores) -> list[int]:
    """The best sequence of labels where no feature holds a label (Viterbi)."""
    back = np.zeros(scores.shape, dtype=np.intp)
    best = scores[0]
    for i in range(1, len(scores)):
        reach = best[:, None] + transition
        back[i] = reach.argmax(0)
        best = reach.max(0) + scores[i]
    labels = [int(best.argmax())]
    for i in range(len(scores) - 1, 0, -1):
        labels.append(int(back[i, labels[-1]]))
    return labels[::-1]


def decode_two(lead: Scores, transition: Scores) -> list[int]:
    """What `decode_jointly` gives of two labels, from how far the second leads at each word; several times faster."""
    (stay0, go1), (go0, stay1) = transition.tolist()
    back: list[tuple[int, int]] = []
    best0, best1 = 0.0, float(lead[0])
    for score in lead[1:].tolist():
        from0, from1 = (0 if best0 + stay0 >= best1 + go0 else 1), (0 if best0 + go1 >= best1 + stay1 else 1)
        back.append((from0, from1))
        best0, best1 = best1 + go0 if from0 else best0 + stay0, (best1 + stay1 if from1 else best0 + go1) + score
    labels = [1 if best1 > best0 else 0]
    for step in reversed(back):
        labels.append(step[labels[-1]])
    return labels[::-1]


def decode_forward(sentences: Sequence[Scores], transition: Scores, history: Scores) -> list[tuple[list[int], Scores]]:
    """For each sentence its labels from left to right, each given those already chosen, and the scores that chose them.

    A label is the last one of the best sequence over all words so far, in which the features hold the labels chosen
    before: `history[third, second, first]`, the number after the last label for a place before the sentence. The best
    scores of the words so far are carried along, so that no sentence is too long for it: decoding again from a few
    words back would cost more and is not the same (one word back changes 1 label in 130, eight words none).
    All sentences go forward together, the longest first, so that at each word those that have one are at the front.
    """
    order = sorted(range(len(sentences)), key=lambda number: -len(sentences[number]))
    longest, n_labels = len(sentences[order[0]]), len(transition)
    scores = np.zeros((longest, len(order), n_labels))
    for column, number in enumerate(order):
        scores[: len(sentences[number]), column] = sentences[number]
    labels = np.full((longest + 3, len(order)), n_labels)
    active = len(order)
    for i in range(longest):
        while len(sentences[order[active - 1]]) <= i:
            active -= 1
        best = scores[i, :active]
        best += history[labels[i, :active], labels[i + 1, :active], labels[i + 2, :active]]
        if i:
            best += (scores[i - 1, :active, :, None] + transition).max(1)
        labels[i + 3, :active] = best.argmax(1)
    result: list[tuple[list[int], Scores]] = [([], scores[:0, 0])] * len(order)
    for column, number in enumerate(order):
        length = len(sentences[number])
        result[number] = (labels[3 : length + 3, column].tolist(), scores[:length, column])
    return result
