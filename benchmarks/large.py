"""Memory and cost of a night over a large corpus: N small articles, then nothing new, then 100 new ones.

    python -m benchmarks.large [--articles 100000] [--workers 2] [--folder DIR]

Prints one line for each of the three nights. With --folder the corpus and the tables stay there.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.bench import measure
from benchmarks.material import GIVEN, MIDDLE, SURNAMES

PLACES = (
    "Lam Giang", "Sơn Hà", "Thanh Bình", "Hòa Phú", "An Lộc", "Tân Mỹ", "Đông Xuyên", "Phước Hải", "Yên Sơn", "Vĩnh Thạnh",
)  # fmt: skip
SUBJECTS = (
    "chuyển đổi số", "cải cách hành chính", "phòng chống thiên tai", "giải ngân vốn đầu tư công", "xây dựng nông thôn mới",
    "bảo vệ môi trường", "an toàn giao thông", "phát triển du lịch", "giảm nghèo bền vững", "quản lý đất đai",
    "phòng cháy chữa cháy", "y tế cơ sở", "giáo dục mầm non", "thu hút đầu tư", "an toàn thực phẩm",
)  # fmt: skip
POSTS = (
    "Chủ tịch UBND",
    "Phó Chủ tịch UBND",
    "Bí thư Thành ủy",
    "Giám đốc Sở Tài chính",
    "Giám đốc Sở Y tế",
    "Chánh Văn phòng UBND",
)
SENTENCES = (
    "{post} {place} {name} chủ trì cuộc họp về {subject} sáng {day}/{month}.",
    "Ông {name} yêu cầu các sở, ngành báo cáo kết quả trước ngày {day}/{month}/{year}.",
    "Đến nay đã có {few}/{many} nhiệm vụ về {subject} hoàn thành.",
    "Tổng kinh phí của chương trình là {many} tỷ đồng, tăng {few}% so với năm trước.",
    "Hội nghị triển khai Kế hoạch số {number}/KH-UBND của UBND {place} về {subject}.",
    "Bà {name}, {post} {place}, cho biết địa phương đã tiếp nhận {many} hồ sơ.",
    "Các đơn vị giao ban {few} tháng/lần để theo dõi tiến độ {subject}.",
    "Sở Xây dựng {place} được giao hoàn thành thủ tục muộn nhất ngày {day}/{month}/{year}.",
    "Theo Quyết định số {number}/QĐ-UBND, {few} dự án được ưu tiên trong lĩnh vực {subject}.",
    "Đoàn công tác đã khảo sát {few} xã, phường và ghi nhận {many} kiến nghị của người dân.",
    "Trong quý đầu năm {year}, {place} đón {many} nghìn lượt khách.",
    "Phát biểu tại hội nghị, ông {name} đề nghị rà soát {many} danh mục liên quan đến {subject}.",
    "Công ty cổ phần {place} cam kết đầu tư {many} triệu USD trong {few} năm.",
    "Trường THPT {place} có {many} học sinh đạt giải về {subject}.",
    "Kết luận cuộc họp, {post} {place} {name} giao Văn phòng tổng hợp trong {few} ngày làm việc.",
)  # fmt: skip
A_FOLDER = 1000  # articles in one folder


def write_corpus(folder: Path, numbers: range) -> None:
    """Small articles, each with other people, places, figures and sentences; the same for the same numbers."""
    for n in numbers:
        path = folder / f"{n // A_FOLDER:04}" / f"{n:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(_paragraphs(random.Random(n))) + "\n", "utf-8")


def _paragraphs(dice: random.Random) -> Iterator[str]:
    day = date(2015, 1, 1) + timedelta(days=dice.randrange(3600))
    said = dice.sample(SENTENCES, 4)
    place, subject = dice.choice(PLACES), dice.choice(SUBJECTS)
    yield f"{place} họp về {subject}, bàn {dice.randrange(3, 90)} giải pháp năm {day.year}"
    yield f"{dice.randrange(7, 20):02}:{dice.randrange(60):02} {day:%d/%m/%Y}"
    for sentence in said:
        yield sentence.format(
            name=f"{dice.choice(SURNAMES)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}", post=dice.choice(POSTS),
            place=dice.choice(PLACES), subject=dice.choice(SUBJECTS), day=dice.randrange(1, 29), month=day.month, year=day.year,
            few=dice.randrange(2, 30), many=dice.randrange(30, 900), number=dice.randrange(10, 9000),
        )  # fmt: skip


def night(name: str, folder: Path, workers: int) -> None:
    """One run as a user starts it, with its time and memory."""
    command = [
        sys.executable, "-m", "pipeline", "extract", folder / "corpus", "--out", folder / "out", "--cache", folder / "cache.sqlite",
        "--workers", workers,
    ]  # fmt: skip
    measured = measure([str(word) for word in command])
    together = measured.parent_mb + workers * measured.worker_mb
    print(
        f"{name}: {measured.seconds:.1f} s; peak {measured.parent_mb:.0f} MB, a worker {measured.worker_mb:.0f} MB, "
        f"together at most {together:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure the three nights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    folder = args.folder or Path(tempfile.mkdtemp(prefix="vnpress-large-"))
    begin = time.perf_counter()
    write_corpus(folder / "corpus", range(args.articles))
    print(f"{args.articles} articles written in {time.perf_counter() - begin:.0f} s", flush=True)
    night(f"first night, {args.articles} articles", folder, args.workers)
    night("a night without anything new", folder, args.workers)
    write_corpus(folder / "corpus", range(args.articles, args.articles + 100))
    night("a night with 100 new articles", folder, args.workers)
    if args.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
