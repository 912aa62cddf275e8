"""Speed and memory of `vnpress crawl`: 1,000 pages from a server on this machine, with no pause but one request at a time.

    python -m benchmarks.crawl [--pages 1000] [--kilobytes 60]

Prints what it measured and writes it to benchmarks/crawl.md.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.bench import measure

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "crawl.md"
sys.path.insert(0, str(ROOT / "tests"))

from portal import WORDS, Answer, Portal  # noqa: E402 (the tests' server, which keeps the log)

NAMES = ("Trần Quốc Đạt", "Lý Thu Hằng", "Phạm Gia Bảo", "Đỗ Thị Mai Lan")


def fill(portal: Portal, pages: int, kilobytes: int) -> None:
    """Pages that differ from each other, packed as portals send them, and a feed that names them all."""
    paths = [f"/tin-{number}.html" for number in range(pages)]
    portal.feed("/rss", paths)
    for number, path in enumerate(paths):
        paragraphs, size = [], 0
        while size < kilobytes * 1000:
            name = NAMES[(number + len(paragraphs)) % len(NAMES)]
            paragraphs.append(f'<p class="doan" data-id="{number}-{len(paragraphs)}">Ông {name}: {WORDS}</p>\n')
            size += len(paragraphs[-1].encode())
        page = portal.page(f"Sơn Hà: tin {number}", "".join(paragraphs))
        portal.pages[path] = Answer(gzip.compress(page.body, 6, mtime=0), headers={"Content-Encoding": "gzip"})


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int, default=60, help="of each page, unpacked")
    options = parser.parse_args()
    portal = Portal()
    fill(portal, options.pages, options.kilobytes)
    with tempfile.TemporaryDirectory() as folder, portal.running():
        sites, corpus = Path(folder) / "sites", Path(folder) / "corpus"
        sites.mkdir()
        profile = f'name = "M"\nhosts = ["127.0.0.1"]\n[crawl]\nfeeds = ["{portal.url}/rss"]\ndelay = 0\nloopback = true\n'
        (sites / "mau.toml").write_text(profile, "utf-8")
        command = [sys.executable, "-m", "pipeline", "crawl", "mau", "--sites", str(sites), "--corpus", str(corpus)]
        load = os.getloadavg()[0]
        begin = time.monotonic()
        measured = measure([*command, "--contact", "bench@university.example"])
        pages = [asked for asked in portal.log if asked.path.startswith("/tin-")]
        kept = sum(path.stat().st_size for path in corpus.rglob("*.gz"))
    if len(pages) != options.pages:
        raise SystemExit(f"{len(pages)} pages were asked for, not {options.pages}")
    spent = pages[-1].end - pages[0].begin
    lines = [
        "# Crawl",
        "",
        f"`python -m benchmarks.crawl --pages {options.pages} --kilobytes {options.kilobytes}`, server and crawler on the same "
        f"{platform.machine()} machine, Python {platform.python_version()}; seconds depend on what else it does. Bars: more than "
        "50 pages/s, under 300 MB, never two requests at once.",
        "",
        "| | |",
        "|---|---|",
        f"| pages/s, from the first page to the last | {len(pages) / spent:.0f} |",
        f"| pages/s, the whole command | {len(pages) / measured.seconds:.0f} |",
        f"| seconds before the first request | {portal.log[0].begin - begin:.1f} |",
        f"| requests at once, as the server saw them | {max(asked.at_once for asked in portal.log)} |",
        f"| peak MB, crawling process | {measured.worker_mb:.0f} |",
        f"| peak MB, `vnpress` | {measured.parent_mb:.0f} |",
        f"| processes that wanted one of the {os.cpu_count()} cores when it began | {load:.1f} |",
        f"| MB kept | {kept / 1e6:.1f} |",
        "",
    ]
    print("\n".join(lines))
    RESULTS.write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
