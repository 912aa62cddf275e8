"""Nothing quadratic: a passage costs in a long text what it costs in a short one, for all rules together and for the tagger."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from conftest import DECISION, MEETING

from pipeline.extraction import find_mentions
from pipeline.facts import read_all
from pipeline.model import VIETNAM, Article, Mention
from pipeline.vietnamese.patterns import any_of

PASSAGE = f"""{MEETING}

{DECISION}

Các sở, ngành hoàn thành trong quý III/2022: - Sở Xây dựng: rà soát 12 dự án; - Sở Tài chính: bố trí 53,7 tỷ đồng, xong trước 15/8.
Ban Chỉ đạo Chương trình 09-CTr/TU, UBND các quận, huyện và Công an thành phố họp mỗi quý một lần từ ngày 1 đến ngày 5.

"""


def article(text: str) -> Article:
    published = datetime(2022, 5, 3, 9, tzinfo=VIETNAM)
    return Article(article_id="a", source="a", text=text, place="Hà Nội", published_at=published, published_grain="minute")


def seconds(work: Callable[[int], object], times: int) -> float:
    """CPU time, the best of three; each on another text, since the last one is remembered."""
    best = float("inf")
    for turn in range(3):
        begun = time.process_time()
        work(times + turn)
        best = min(best, (time.process_time() - begun) / (times + turn))
    return best


def read_facts(times: int) -> object:
    text = PASSAGE * times
    mentions = [Mention(kind="PER", text="Trần", start=at, end=at + 4, rule="", confidence=1.0) for at in find_all(text, "Trần")]
    return read_all(article(text), mentions)


def find_all(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(word, at)]


@pytest.mark.parametrize(
    ("work", "times"), [(read_facts, 12), (lambda times: find_mentions(PASSAGE * times), 6)], ids=["facts", "words"]
)
def test_linear(work: Callable[[int], object], times: int) -> None:
    work(1)  # word lists and models are loaded
    short, long = seconds(work, times), seconds(work, 6 * times)
    assert long < 2.5 * short + 0.001, f"a passage costs {short:.4f} s in a short text, {long:.4f} s in one six times as long"


def test_any_of_is_longest_first() -> None:
    assert any_of(["sở", "sở y tế", "sau"]) == r"s(?:au|ở(?:\ y\ tế)?)"
    assert any_of(["a b", "a"], space=r"\s", behind=r"(?<!\w.)") == r"a(?<!\w.)(?:\sb)?"
