"""corpus/ -> many articles of 3 to 8 kB with varied names and numbers, HTML and text mixed; the same for the same number."""

from __future__ import annotations

import re
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus"
SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Mai",
    "Trịnh",
)
MIDDLE = ("Văn", "Thị", "Quốc", "Minh", "Hữu", "Đức", "Thanh", "Ngọc", "Xuân", "Thu", "Công", "Bá")
GIVEN = (
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Hà",
    "Hải",
    "Hùng",
    "Hương",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Phong",
    "Sơn",
    "Tâm",
    "Thảo",
    "Tuấn",
)
HOLD = 3000  # characters an article has at least

_NAME = re.compile(rf"\b(?:{'|'.join(SURNAMES)})(?:\s(?:{'|'.join(MIDDLE)}))?\s(?:{'|'.join(GIVEN)})\b")
_NUMBER = re.compile(r"(?<=\s)\d{2,3}(?=\s[a-zđà-ỹ])")


def write_articles(folder: Path, number: int) -> int:
    """Write so many articles; returns their size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = [path for path in sorted(CORPUS.rglob("*")) if path.suffix in (".html", ".txt") and "legacy" not in path.parts]
    texts = [(path.suffix, _long_enough(path.suffix, path.read_text("utf-8"))) for path in sources]
    size = 0
    for n in range(number):
        suffix, text = texts[n % len(texts)]
        data = _vary(text, n).encode("utf-8")
        (folder / f"{n:06}{suffix}").write_bytes(data)
        size += len(data)
    return size


def _long_enough(suffix: str, text: str) -> str:
    """Paragraphs repeated where they stand until the article holds HOLD characters."""
    paragraphs = re.findall(r"<p[^>]*>[^<]{120,}</p>" if suffix == ".html" else r"(?m)^.{160,}$", text)
    held = sum(map(len, paragraphs))
    if not paragraphs:
        return text
    again = "\n\n".join(paragraphs)
    times = max(0, -(-(HOLD - held) // max(held, 1)))
    return text.replace(paragraphs[-1], "\n\n".join([paragraphs[-1], *[again] * times]), 1)


def _vary(text: str, n: int) -> str:
    """Other names and numbers in each article, so that no cache of words or sentences answers for all."""
    step = iter(range(n * 7, n * 7 + 100_000))

    def name(match: re.Match[str]) -> str:
        k = next(step)
        return f"{SURNAMES[k % 16]} {MIDDLE[k // 3 % 12]} {GIVEN[k // 5 % 17]}"

    def count(match: re.Match[str]) -> str:
        return str(10 + (int(match.group()) + next(step)) % 890)

    return _NUMBER.sub(count, _NAME.sub(name, text))
