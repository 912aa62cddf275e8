"""Time, memory and sizes of `vnpress report` on tables of many made-up articles, written as a run writes them.

    python -m benchmarks.report [--articles 20000] [--keep DIR]

An article has about the findings of a real one: 37 mentions, 5 officials, 8 dates, 10 quantities, 1 or 2 deadlines in 3,500
characters; persons and organisations are named as unevenly as in the world, the first thousands of times.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.bench import measure
from pipeline.export.generation import Generation
from pipeline.facts.counts import CountRow
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import VIETNAM, Row, make_id
from pipeline.tables import ArticleRow, RejectRow, RunRow, to_plain

SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"]
MIDDLES = ["Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Quang", "Xuân", "Thanh", "Thu", "Bá", "Kim"]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hoà",
    "Hùng",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phong",
    "Quân",
    "Sơn",
    "Tâm",
    "Thuỷ",
    "Trang",
    "Tuấn",
    "Vinh",
]
BODIES = ["Sở Xây dựng", "Sở Y tế", "Ủy ban nhân dân", "Hội đồng nhân dân", "Ban Quản lý dự án", "Công an", "Trường Đại học"]
PLACES = ["Lam Giang", "Sơn Hà", "Bình Minh", "Thanh Thuỷ", "An Phú", "Tân Lập", "Hưng Yên", "Bắc Sơn", "Nam Hải", "Đông Triều"]
THINGS = ["nhiệm vụ", "dự án", "hộ dân", "công trình", "kiến nghị", "xã", "trường hợp"]
FILLER = (
    "Các đơn vị tiếp tục rà soát, đôn đốc và phối hợp chặt chẽ để bảo đảm chất lượng công việc được giao trong thời gian tới."
)
PORTALS = [f"bao{n}.example" for n in range(12)]
ROLES = ["Chủ tịch", "Phó Chủ tịch", "Giám đốc", "Phó Giám đốc", "Bí thư"]


class World:
    """People, organisations and documents to write of."""

    def __init__(self, articles: int, dice: random.Random) -> None:
        self.dice = dice
        self.persons = [
            (make_id("person", str(n)), f"{dice.choice(SURNAMES)} {dice.choice(MIDDLES)} {dice.choice(GIVEN)}")
            for n in range(articles * 3 // 2)
        ]
        self.bodies = [
            (make_id("body", str(n)), f"{dice.choice(BODIES)} {dice.choice(PLACES)} {n}") for n in range(articles // 2 + 1)
        ]
        self.documents = [(make_id("document", str(n)), f"{n}/QĐ-UBND") for n in range(articles // 3 + 1)]

    def some(self, things: list[tuple[str, str]]) -> tuple[str, str]:
        """One of them; the first ones far more often."""
        return things[int(len(things) * self.dice.random() ** 6)]

    def rows(self) -> Iterator[Row]:
        """Their own tables."""
        for row_id, name in sorted(self.persons):
            yield PersonRow(person_id=row_id, name=name, aliases=name.split()[-1], place=None, evidence="")
        for row_id, name in sorted(self.bodies):
            yield OrganizationRow(org_id=row_id, name=name, aliases="", kind="department")
        for row_id, number in sorted(self.documents):
            yield DocumentRow(document_id=row_id, number=number, type="Quyết định", year=2023)


class Writer:
    """One article in the making: words, and the rows that quote them."""

    def __init__(self, article_id: str, world: World) -> None:
        self.article_id, self.world = article_id, world
        self.text = ""
        self.rows: list[Row] = []

    def say(self, words: str) -> None:
        """Words that nothing is found in."""
        self.text += words

    def quote(self, words: str) -> dict[str, object]:
        """Words that a row quotes: the columns that all such rows have."""
        start = len(self.text)
        self.text += words
        return {
            "article_id": self.article_id, "text": words, "start": start, "end": len(self.text), "rule": "made.up", "confidence": 0.9,
        }  # fmt: skip

    def key(self) -> str:
        """The key of the next row."""
        return make_id(self.article_id, str(len(self.rows)))

    def mention(self, kind: str, row_id: str, words: str) -> None:
        """One mention."""
        ids = {
            "person_id": None,
            "org_id": None,
            "document_id": None,
            {"person": "person_id", "organization": "org_id"}.get(kind, "document_id"): row_id,
        }
        self.rows.append(MentionRow(mention_id=self.key(), kind=kind, **ids, **self.quote(words)))  # type: ignore[arg-type]

    def official(self) -> tuple[str, str]:
        """A named person with a post, who says something."""
        (person_id, name), (org_id, body) = self.world.some(self.world.persons), self.world.some(self.world.bodies)
        role, start = self.world.dice.choice(ROLES), len(self.text)
        self.say(f"{role} ")
        self.mention("organization", org_id, body)
        self.say(" ")
        self.mention("person", person_id, name)
        row = OfficialRow(
            official_id=self.key(), article_id=self.article_id, person_id=person_id, org_id=org_id, person=name, role=role,
            organization=body, status="current", text=self.text[start:], start=start, end=len(self.text), rule="made.up", confidence=0.9,
        )  # fmt: skip
        self.rows.append(row)
        return person_id, name

    def paragraph(self, day: date) -> None:
        """Five sentences: a post, bodies, quantities, dates, now and then a deadline."""
        dice = self.world.dice
        person_id, name = self.official()
        self.say(" cho biết đã có ")
        done = dice.randrange(1, 40)
        kind, total = ("progress", Decimal(done + dice.randrange(40))) if dice.random() < 0.1 else ("count", None)
        unit = dice.choice(THINGS)
        words = f"{done}/{total} {unit}" if total else f"{done} {unit}"
        self.rows.append(
            CountRow(count_id=self.key(), kind=kind, value=Decimal(done), total=total, unit=unit, **self.quote(words))
        )  # type: ignore[arg-type]
        self.say(" hoàn thành, trong đó ")
        self.rows.append(CountRow(count_id=self.key(), kind="percent", value=Decimal(35), unit="%", **self.quote("35%")))  # type: ignore[arg-type]
        self.say(" được giao cho ")
        for n in range(4):
            self.mention("organization", *self.world.some(self.world.bodies))
            self.say(", " if n < 3 else ". ")
        self.say("Theo ")
        self.mention("document", *self.world.some(self.world.documents))
        self.say(f" và ý kiến của ông {name}, từ ")
        for _ in range(2):
            when = day + timedelta(days=dice.randrange(60))
            quoted = self.quote(f"ngày {when.day}/{when.month}/{when.year}")
            self.rows.append(
                DateRow(date_id=self.key(), value_start=when, value_end=when, grain="day", kind="reference", **quoted)
            )  # type: ignore[arg-type]
            self.say(" ")
        self.say(f"việc này được theo dõi. {FILLER} ")
        if dice.random() < 0.3:
            self.deadline(person_id, name, day + timedelta(days=dice.randrange(10, 200)))
        self.say(f"{FILLER}\n\n")

    def deadline(self, person_id: str, name: str, due: date) -> None:
        """A sentence that sets a deadline."""
        org_id, body = self.world.some(self.world.bodies)
        start = len(self.text)
        self.say("Ông yêu cầu ")
        self.mention("organization", org_id, body)
        self.say(" báo cáo kết quả trước ")
        quoted = self.quote(f"ngày {due.day}/{due.month}/{due.year}")
        date_id = self.key()
        self.rows.append(DateRow(date_id=date_id, value_start=due, value_end=due, grain="day", kind="deadline", **quoted))  # type: ignore[arg-type]
        self.say(".")
        row = DeadlineRow(
            deadline_id=self.key(), article_id=self.article_id, due_start=due, due_end=due, date_id=date_id, marker="trước",
            task="báo cáo kết quả", responsible=body, responsible_org_id=org_id, assigned_by=name, assigned_by_person_id=person_id,
            text=self.text[start:], start=start, end=len(self.text), rule="made.up", confidence=0.9,
        )  # fmt: skip
        self.rows.append(row)
        self.say(" ")


def write_tables(out: Path, articles: int) -> None:
    """Tables of so many made-up articles."""
    dice = random.Random(5)
    world = World(articles, dice)
    first = date(2022, 1, 1)
    with Generation(out, ("parquet",)) as generation:
        for row in world.rows():
            generation.add(row.TABLE, [to_plain(row)])
        for article_id in sorted(make_id("article", str(n)) for n in range(articles)):
            day = first + timedelta(days=dice.randrange(730))
            writer = Writer(article_id, world)
            title = f"{dice.choice(BODIES)} {dice.choice(PLACES)} rà soát {dice.randrange(2, 900)} {dice.choice(THINGS)}"
            writer.say(f"{title}\n\n")
            for _ in range(5):
                writer.paragraph(day)
            row = ArticleRow(
                article_id=article_id, source=f"{article_id}.html", url=f"https://bao.example/{article_id}.html",
                portal=dice.choice(PORTALS), language="vi", title=title, text=writer.text.rstrip(), content_hash=article_id, repairs="",
                published_at=datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM), published_grain="minute", lost_chars=0,
                removed_chars=0, extractor="made up",
            )  # fmt: skip
            for one in (row, *writer.rows):
                generation.add(one.TABLE, [to_plain(one)])
        for n in range(200):
            reject = RejectRow(reject_id=make_id(str(n)), source=f"hong-{n}.html", stage="read", error="Broken", message="torn")
            generation.add("rejects", [to_plain(reject)])
        begun = datetime(2024, 1, 1, tzinfo=VIETNAM)
        generation.add("runs", [to_plain(RunRow(
            run_id="run", started_at=begun, finished_at=begun, command="extract", version="0", libraries="", n_inputs=articles,
            n_articles=articles, n_unchanged=0, n_rejects=200, exit_status=0,
        ))])  # fmt: skip
        generation.switch("made up")


def main() -> None:
    """Write tables, make the report, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        tables, out = folder / "tables", folder / "report"
        begin = time.perf_counter()
        write_tables(tables, args.articles)
        print(f"tables written in {time.perf_counter() - begin:.0f} s", flush=True)
        for what in ("first", "again, over the first"):
            measured = measure(
                [sys.executable, "-m", "pipeline", "report", "--tables", str(tables), "--out", str(out), "--as-of", "2024-01-10"]
            )
            print(
                f"{what}: {measured.seconds:.1f} s, peak memory {measured.parent_mb:.0f} MB, of a worker {measured.worker_mb:.0f} MB",
                flush=True,
            )
        sizes = sorted(
            ((path.stat().st_size, path.relative_to(out).as_posix()) for path in out.rglob("*") if path.is_file()), reverse=True
        )
        print(f"{len(sizes)} files, {sum(size for size, _ in sizes) / 1e6:.0f} MB in all")
        for size, name in sizes[:3]:
            print(f"  {size / 1000:.0f} kB  {name}")


if __name__ == "__main__":
    main()
