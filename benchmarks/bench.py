"""Speed and memory of `vnpress extract` beside what a user would otherwise write, on the same inputs in the same run.

    python -m benchmarks.bench [--articles 2000] [--naive 60] [--rounds 3] [--scale 0]

Prints a table and writes it to benchmarks/results.md. `--scale 20000` also measures whether cost and memory stay flat.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.material import write_articles

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results.md"
VNPRESS = [sys.executable, "-m", "pipeline"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall seconds, peak resident MB of the parent and of its largest worker."""

    seconds: float
    parent_mb: float
    worker_mb: float


def measure(command: list[str]) -> Measured:
    """Run a command and watch its memory."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peaks: dict[int, float] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            for pid in (process.pid, *_children(process.pid)):
                peaks[pid] = max(peaks.get(pid, 0.0), _resident_mb(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = process.wait()
    seconds = time.perf_counter() - begin
    done.set()
    watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    parent = peaks.pop(process.pid, 0.0)
    return Measured(seconds, parent, max(peaks.values(), default=0.0))


def _children(pid: int) -> Iterator[int]:
    try:
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    except OSError:
        return


def _resident_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def extract(corpus: Path, out: Path, workers: int) -> Measured:
    """One whole run without cache."""
    return measure([*VNPRESS, "extract", str(corpus), "--out", str(out), "--no-cache", "--workers", str(workers)])


def stage_shares(corpus: Path, most: int = 200) -> dict[str, float]:
    """Seconds that each stage takes of the same articles, in this process."""
    from pipeline.annotate.words import find_mentions
    from pipeline.clean import clean_page
    from pipeline.corpus import list_inputs, read_page
    from pipeline.extraction import extract_article, load_models
    from pipeline.facts import find_doubts, read_all
    from pipeline.resolve.resolution import resolve
    from pipeline.tables import ARTICLE_TABLES, TABLES, to_batch

    load_models()
    spent: dict[str, float] = {}

    def clocked(stage: str, begin: float) -> float:
        now = time.perf_counter()
        spent[stage] = spent.get(stage, 0.0) + now - begin
        return now

    extracts = []
    for one in list_inputs(corpus).inputs[:most]:
        begin = time.perf_counter()
        page = read_page(one)
        begin = clocked("read", begin)
        article = clean_page(page)
        begin = clocked("clean", begin)
        asked = find_doubts(article)
        begin = clocked("facts", begin)
        mentions = find_mentions(article.text, asked=asked)
        begin = clocked("words", begin)
        read_all(article, mentions)
        clocked("facts", begin)
        extracts.append(extract_article(article))
    begin = time.perf_counter()
    resolve(one.evidence for one in extracts)
    begin = clocked("resolve", begin)
    for name in ARTICLE_TABLES:
        to_batch(TABLES[name], [row for one in extracts for row in one.tables.get(name, [])])
    clocked("write", begin)
    return spent


def best_start(command: list[str], times: int = 5) -> float:
    """Least wall seconds of a short command."""
    return min(measure(command).seconds for _ in range(times))


def long_article_ratio() -> float:
    """Seconds of one article of 1 MB over those of ten of 100 kB, in one process."""
    from pipeline import extract_text

    seed = " ".join(path.read_text("utf-8") for path in sorted((ROOT / "corpus" / "saved").glob("*.txt")))
    parts = [
        (seed * (100_000 // len(seed) + 1))[n : 100_000 + n] for n in range(10)
    ]  # no two the same: some readings are remembered
    extract_text(parts[0][1:])
    begin = time.perf_counter()
    for part in parts:
        extract_text(part)
    ten = time.perf_counter() - begin
    begin = time.perf_counter()
    extract_text("\n".join(parts))
    return (time.perf_counter() - begin) / ten


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--naive", type=int, default=60, help="articles that both read for the ratio")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turn")
    parser.add_argument("--scale", type=int, default=0, help="articles of the long run")
    args = parser.parse_args()
    cores = os.cpu_count() or 1
    lines = [
        "# Speed",
        "",
        f"`python -m benchmarks.bench --articles {args.articles} --naive {args.naive} --rounds {args.rounds} "
        f"--scale {args.scale}` on {cores} cores, "
        f"Python {platform.python_version()}. Ratios are of one run; seconds depend on the machine and what else it does.",
        "",
    ]
    with tempfile.TemporaryDirectory() as held:
        work = Path(held)
        lines += _rates(work, args.articles, args.naive, cores, args.rounds)
        lines += _stages(work / "all")
        lines += _starts(work)
        if args.scale:
            lines += _scale(work, args.scale, cores)
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, "utf-8")


def _rates(work: Path, articles: int, few: int, cores: int, rounds: int) -> list[str]:
    """All three in turn, again and again, and the best of each: the machine's own speed changes from minute to minute."""
    few_bytes = write_articles(work / "few", few)
    size = write_articles(work / "all", articles)
    naive = measure([sys.executable, str(ROOT / "benchmarks" / "naive.py"), str(work / "few")])
    inner: list[float] = []
    ones: list[Measured] = []
    manys: list[Measured] = []
    machine: list[float] = []
    for _ in range(rounds):
        inner.append(_naive_seconds(work / "few"))
        ones.append(extract(work / "all", work / "one", 1))
        manys.append(extract(work / "all", work / "many", cores))
        machine.append(_machine_ratio(cores))
    least = min(inner)
    one, many = (min(runs, key=lambda run: run.seconds) for runs in (ones, manys))
    naive_rate, one_rate, many_rate = few / least, articles / one.seconds, articles / many.seconds
    told = "; ".join(
        f"{few / a:.2f}, {articles / b.seconds:.1f}, {articles / c.seconds:.1f}"
        for a, b, c in zip(inner, ones, manys, strict=True)
    )
    return [
        "| | articles/s | MB/s | ratio | peak MB, parent | peak MB, worker |",
        "|---|---|---|---|---|---|",
        f"| naive ({few} articles, loading not counted) | {naive_rate:.2f} | {few_bytes / least / 1e6:.3f} | 1 | {naive.parent_mb:.0f} | |",
        f"| vnpress, 1 worker ({articles} articles, all counted) | {one_rate:.1f} | {size / one.seconds / 1e6:.3f} "
        f"| {one_rate / naive_rate:.1f} × naive | {one.parent_mb:.0f} | {one.worker_mb:.0f} |",
        f"| vnpress, {cores} workers | {many_rate:.1f} | {size / many.seconds / 1e6:.3f} | {many_rate / one_rate:.2f} × one worker "
        f"| {many.parent_mb:.0f} | {many.worker_mb:.0f} |",
        "",
        f"Best of {rounds} rounds; articles/s of naive, 1 worker, {cores} workers in each: {told}. "
        f"The machine itself, {cores} processes of plain Python at once over one alone, right after each: "
        f"{', '.join(f'{ratio:.2f}' for ratio in machine)}.",
        "",
    ]


def _machine_ratio(cores: int) -> float:
    """How much more work as many processes as there are cores do than one, where they share nothing at all."""

    def seconds(processes: int) -> float:
        begin = time.perf_counter()
        running = [
            subprocess.Popen([sys.executable, "-c", "sum(n * n % 7 for n in range(20_000_000))"]) for _ in range(processes)
        ]
        for process in running:
            process.wait()
        return time.perf_counter() - begin

    return cores * seconds(1) / seconds(cores)


def _naive_seconds(folder: Path) -> float:
    command = [sys.executable, ROOT / "benchmarks" / "naive.py", folder]
    seconds: float = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["seconds"]
    return seconds


def _stages(corpus: Path) -> list[str]:
    spent = stage_shares(corpus)
    total = sum(spent.values())
    shares = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in spent.items())
    return [f"Share of time of each stage: {shares}.", ""]


def _starts(work: Path) -> list[str]:
    one = work / "single"
    write_articles(one, 1)
    help_seconds = best_start([*VNPRESS, "--help"])
    cold = best_start([*VNPRESS, "extract", str(one), "--out", str(work / "cold"), "--no-cache"], 3)
    ratio = long_article_ratio()
    return [
        f"`vnpress --help`: {help_seconds:.2f} s. One article, cold: {cold:.2f} s. "
        f"One text of 1 MB costs {ratio:.2f} times ten of 100 kB.",
        "",
    ]


def _scale(work: Path, most: int, cores: int) -> list[str]:
    """Whether an article costs the same among many; the start, which each run pays once, is taken off."""
    start = best_start([*VNPRESS, "extract", str(work / "single"), "--out", str(work / "cold"), "--no-cache"], 3)
    rows = ["| articles | ms for each, without the start | peak MB, parent | peak MB, worker |", "|---|---|---|---|"]
    for number, times in ((most // 20, 5), (most, 1)):
        folder = work / f"scale{number}"
        write_articles(folder, number)
        runs = [extract(folder, work / f"out{number}", cores) for _ in range(times)]
        each = "; ".join(f"{1000 * (run.seconds - start) / number:.1f}" for run in runs)
        rows.append(
            f"| {number} | {each} | {max(run.parent_mb for run in runs):.0f} | {max(run.worker_mb for run in runs):.0f} |"
        )
    return [*rows, ""]


if __name__ == "__main__":
    main()
