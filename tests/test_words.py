"""Words and entities: the features are the library's own, the labels see those before them, quotes are ours, cost is linear."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
import underthesea
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea.pipeline.ner.model_crf import CRFNERPredictor
from underthesea.pipeline.ner.tagged_feature import word2features

from pipeline.annotate.words import find_mentions, tag_sentence, tag_words
from pipeline.clean import clean_page
from pipeline.corpus import list_inputs, read_page
from pipeline.extraction import find_facts
from pipeline.facts import find_doubts, read_all
from pipeline.model import Article
from pipeline.vietnamese.sentences import split_sentences

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared" / "dev" / "articles"

# Written for this test: sentence ends, signs, figures, names, both ways of placing tones, the letter of other alphabets.
SENTENCES = (
    "Sáng 14/5, đồng chí Lương Thế Khải, Phó Bí thư Thường trực Tỉnh ủy, chủ trì hội nghị sơ kết quý I/2024.",
    "Bà Đoàn Thị Hoà (Giám đốc Sở Y tế) cho biết: 12/45 xã đã hoàn thành, đạt 26,7%; còn lại 33 xã…",
    "Theo Kế hoạch số 18-KH/BCĐ, Bộ Khoa học và Công nghệ phối hợp với UBND thành phố Hải Phòng.",
    "“Phải xong trước 30/6!”, Chủ tịch UBND tỉnh Phan Văn Thuỷ nhấn mạnh.",
    "Công ty Cổ phần H&T (TP.HCM) - http://h-t.example/tin - e-mail: lienhe@h-t.example",
    "tp. đà nẵng ; v.v... 3x4 => 5 :)) <3",
    "Anh Y Blăm Niê Kđăm và chị H'Loan ở xã Ea M’Droh, tỉnh Ðắk Lắk",
    "A",
    "- - -",
)


def corpus_texts() -> list[str]:
    """Every article of `corpus/`, clean."""
    return [clean_page(read_page(one)).text for one in list_inputs(CORPUS).inputs]


def shared_texts() -> list[str]:
    return [path.read_text("utf-8", errors="replace") for path in sorted(SHARED.glob("*.txt"))]


def corpus_sentences() -> list[str]:
    return _sentences(corpus_texts())


def shared_sentences() -> list[str]:
    if not SHARED.is_dir():
        pytest.skip("../shared/dev/articles is not here: the comparison ran over corpus/ alone")
    return _sentences(shared_texts())


def _sentences(texts: Sequence[str]) -> list[str]:
    texts = [unicodedata.normalize("NFC", text) for text in texts]
    return [text[start:end] for text in texts for start, end in split_sentences(text)]


def as_library(sentence: str) -> list[tuple[str, str, str]]:
    return [(word, tag, entity) for word, tag, _, entity in underthesea.ner(sentence)]


def as_ours(sentence: str, *, constant: bool) -> list[tuple[str, str, str]]:
    return [(word.spelling, word.tag, word.entity) for word in tag_sentence(sentence, constant=constant)]


@pytest.mark.parametrize("read", [lambda: list(SENTENCES), corpus_sentences, shared_sentences], ids=["here", "corpus", "shared"])
def test_constant_labels_give_exactly_the_library(read) -> None:  # type: ignore[no-untyped-def]
    sentences = read()
    assert sentences
    for sentence in sentences:
        assert as_ours(sentence, constant=True) == as_library(sentence)


# Not wholly random: of two labellings with exactly the same score (two unknown signs side by side) either is right.
PIECES = sorted({piece for sentence in SENTENCES for piece in sentence.split()} | {"(", ")", ":", "5/32", "20.5%", "T.Ư", "v.v."})


@settings(derandomize=True)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30))
def test_constant_labels_give_exactly_the_library_on_words_in_any_order(pieces: list[str]) -> None:
    sentence = " ".join(pieces)
    assert as_ours(sentence, constant=True) == as_library(sentence)


def label_left_to_right(sentence: str, earlier: int | None) -> list[str]:
    """Entities by the library's own features and tagger, run again for each word over the words up to it."""
    predictor = CRFNERPredictor.Instance()
    rows = [(word.spelling, word.tag, "", "X") for word in tag_sentence(sentence)]
    for i in range(len(rows)):
        begin = 0 if earlier is None else max(0, i - earlier)
        features = [word2features(rows, j, predictor.transformer.template) for j in range(begin, i + 1)]
        rows[i] = (*rows[i][:3], predictor.model.tag(features)[-1])
    return [row[3] for row in rows]


def test_labels_are_those_of_full_decoding_from_left_to_right() -> None:
    changed = 0
    for sentence in (*SENTENCES, *corpus_sentences()[:60]):
        ours = [word.entity for word in tag_sentence(sentence)]
        assert ours == label_left_to_right(sentence, None)
        assert ours == label_left_to_right(sentence, 8), "no label hangs on what is further left than eight words"
        changed += ours != [entity for _, _, entity in as_library(sentence)]
    assert changed > 2, "the labels before a word do matter"


def test_mentions_quote_our_text_not_the_librarys() -> None:
    text = "Mở đầu.\n\nĐồng chí Trần Thị Hoà và ông Nguyễn Thuý làm việc với Bộ Y tế tại thành phố Đà Nẵng."
    mentions = find_mentions(text)
    assert [(mention.kind, mention.text) for mention in mentions] == [
        ("PER", "Trần Thị Hoà"),
        ("PER", "Nguyễn Thuý"),
        ("ORG", "Bộ Y tế"),
        ("LOC", "Đà Nẵng"),
    ]
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.rule == "words.ner"
        assert 0 < mention.confidence <= 1
    assert "Hà  Nội" in [word.text for word in tag_words("về Hà  Nội", 0, 10)], "one word over two blanks, as it stands"


@given(st.text(max_size=200))
def test_every_offset_is_exact_on_any_text(text: str) -> None:
    for item in (*find_mentions(text), *tag_words(text, 0, len(text))):
        assert text[item.start : item.end] == item.text
        assert item.text.strip() == item.text != ""
    mentions = find_mentions(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(mentions)), "in order, none over another"


def test_only_sentences_that_hold_what_is_asked_are_read() -> None:
    text = "Các đơn vị báo cáo với Quốc hội. Hội nghị do ông Lê Minh Tấn chủ trì. Ông Trần Văn Hòa dự họp."
    whole = find_mentions(text)
    assert [one.text for one in whole if one.kind == "PER"] == ["Lê Minh Tấn", "Trần Văn Hòa"]
    place = text.index("Tấn")
    assert find_mentions(text, asked=[place]) == tuple(one for one in whole if one.text == "Lê Minh Tấn")
    assert find_mentions(text, asked=[]) == ()
    assert find_mentions(text, asked=[len(text) - 1, place, 0]) == whole


def test_the_models_are_asked_where_the_shape_does_not_tell() -> None:
    """`Lâm Đồng` alone could be a person too; `Nguyễn Văn Tám` could be nothing else."""
    text = "Ca sĩ Nguyễn Văn Tám hát cùng Trần Lập. Vở kịch của William Shakespeare ra mắt."
    article = Article(article_id="1", source="1", text=text)
    assert [text[: at + 1].rsplit(" ", 2)[1:] for at in find_doubts(article)] == [["Trần", "Lập"], ["William", "Shakespeare"]]


def test_leaving_sentences_out_changes_no_fact() -> None:
    texts = [*corpus_texts(), *(shared_texts() if SHARED.is_dir() else [])]
    articles = [Article(article_id=str(number), source=str(number), text=text) for number, text in enumerate(texts)]
    for article in articles:
        assert find_facts(article).all() == read_all(article, find_mentions(article.text)).all()


# Strings on which the library's tokenizer takes quadratic or exponential time, and a text without a full stop.
HARD = ("a.", "A.a", "http://" + "." * 60, "http:/(a)(a)(a)(a),,,,", "x@", "1-", "Hà Nội ", "Ông Lê Văn Tám ", "…", "\u0301")


@pytest.mark.parametrize("piece", HARD)
def test_cost_is_linear(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        tag_words(text, 0, len(text))
        find_mentions(text)
        return time.process_time() - begun

    seconds(2_500)
    short, long = (min(seconds(length) for _ in range(2)) for length in (5_000, 40_000))
    assert long < 16 * short + 0.1


def test_importing_the_module_reads_no_models() -> None:
    assert run_python("import pipeline.annotate.words as w; print(w._load_models.cache_info().currsize)") == "0"


def test_finding_mentions_does_not_import_the_library() -> None:
    code = "from pipeline.annotate.words import find_mentions; print(len(find_mentions('Tại Bộ Y tế')))"
    assert run_python(f"{code}; import sys; print('underthesea' in sys.modules)") == "1\nFalse"


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
