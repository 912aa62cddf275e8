"""`vnpress nightly` with a real portal on loopback: what a night writes, its exit status, its log, who is told."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import MEETING, ROOT, run_vnpress
from portal import Answer, Portal

from pipeline import sites
from pipeline.config import Config, read_config, sample_config
from pipeline.expectations import FACTS
from pipeline.journal import Event, Journal, read_events
from pipeline.model import Issue
from pipeline.nightly import BEGINS, ENDS, Night, choose_sites, last_nights, run_night
from pipeline.run import Options, run
from pipeline.scrape.report import OF_ONE_PAGE
from pipeline.sites import SiteError
from pipeline.tables import PURE_TABLES, read_plain, read_table

NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # 02:00 of the 21st in Vietnam
KEEPER = (
    "import sys; from pathlib import Path; Path(sys.argv[1]).write_text(chr(10).join(sys.argv[2:]) + chr(10) + sys.stdin.read())"
)

Write = Callable[..., Config]


@pytest.fixture(autouse=True)
def shipped_alone() -> Iterator[None]:
    yield
    sites.use_folder(None)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A configuration file with these lines, read; `told` is where its keeper is told."""

    def write_config(*lines: str) -> Config:
        (tmp_path / "keeper.py").write_text(KEEPER, "utf-8")
        keeper = (
            f"{sys.executable} {tmp_path / 'keeper.py'} {tmp_path / 'told'} '{{subject}}' {{status}} '$(touch {tmp_path}/shell)'"
        )
        path = tmp_path / "vnpress.toml"
        path.write_text("\n".join([f'on_problem = """{keeper}"""', "workers = 1", *lines]), "utf-8")
        return read_config(path)

    return write_config


def at_night(config: Config, number: int = 0) -> tuple[Night, list[Event]]:
    """One night in this process; each begins a day later."""
    ticks = iter(range(1_000_000))

    def clock() -> datetime:
        return NIGHT + timedelta(days=number, seconds=next(ticks))

    journal = Journal(config.log, clock=clock, listen=lambda event: None)
    return run_night(config, journal, clock=clock, command=f"nightly {number}"), journal.events


def files(out: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every table that is a pure function of the corpus."""
    about = {name: (out / f"{name}.parquet").stat() for name in PURE_TABLES}
    return {name: (one.st_ino, one.st_mtime_ns) for name, one in about.items()}


def site_of(portal: Portal, name: str) -> str:
    return f'name = "{name}"\nhosts = ["127.0.0.1"]\n[crawl]\nfeeds = ["{portal.url}/rss"]\ndelay = 0.02\nloopback = true\n'


def test_two_nights_of_two_portals_one_of_which_fails(tmp_path: Path, write: Write) -> None:
    (tmp_path / "own").mkdir()
    config = write('sites = "own"', 'contact = "a@b.example"', 'enabled = ["mot", "hai"]')
    with Portal().running() as one, Portal().running() as two:
        for slug, portal in (("mot", one), ("hai", two)):
            (tmp_path / "own" / f"{slug}.toml").write_text(site_of(portal, slug), "utf-8")
        one.feed("/rss", ["/tin-1.html", "/tin-2.html"])
        one.article("/tin-1.html")
        one.article("/tin-2.html", "Sơn Hà công bố quyết định $(touch shell)")
        two.pages["/robots.txt"] = Answer(b"", 500)
        night, events = at_night(config)
        assert night.status == 1, "a portal whose robots.txt cannot be read is an issue"
        assert len(read_table("articles", config.out)) == 2, "and costs the other portal nothing"
        before = files(config.out)
        two.pages["/robots.txt"] = Answer(b"", 404)
        two.feed("/rss", [])
        again, _ = at_night(config, 1)
    issues = read_table("issues", config.out)
    runs = read_table("runs", config.out)
    assert list(runs["n_new"]) == [2, 0] and list(runs["exit_status"]) == [1, again.status]
    assert set(issues["source"]) >= {"hai"} and set(issues["run_id"]) <= set(runs["run_id"])
    assert files(config.out) == before, "a night without anything new writes no table but the logs"
    names = [event.name for event in events]
    assert names[0] == "night begins" and names[-2:] == ["night ends", "on_problem"]
    assert {"crawl begins", "portal crawled", "issue", "extraction begins", "tables written"} <= set(names)
    told = (tmp_path / "told").read_text("utf-8").splitlines()
    assert told[:2] == ["vnpress: tables written, with problems (status 1)", "1"]
    assert told[2] == f"$(touch {tmp_path}/shell)" and not (tmp_path / "shell").exists(), "no shell is involved"
    assert any("source hai" in line for line in told[3:])


def test_log_is_one_object_a_line(corpus: Path, write: Write) -> None:
    config = write()
    night, events = at_night(config)
    assert night.status == 0
    assert config.log is not None
    said = [json.loads(line) for line in config.log.read_text("utf-8").splitlines()]
    assert [one["event"] for one in said] == [event.name for event in events]
    assert all({"time", "level", "event"} <= set(one) for one in said)
    written = next(one for one in said if one["event"] == "tables written")
    assert (written["level"], written["new_articles"], written["unchanged"]) == ("info", 2, 0)
    with config.log.open("a", encoding="utf-8") as file:
        file.write('not json\n[1]\n{"time": "2026')
    assert [event.name for event in read_events(config.log)] == [event.name for event in events], "torn lines are passed over"
    at_night(config, 1)
    assert list(read_events(config.log))[-1].name == "night ends", "and what comes after them is read"


def test_a_log_that_cannot_be_written_is_not_the_end(corpus: Path, tmp_path: Path, write: Write) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    night, events = at_night(write('log = "file/nightly.jsonl"'))
    assert night.status == 0
    assert sum(event.name == "no log" for event in events) == 1


def test_new_rejects_alarm_once(corpus: Path, tmp_path: Path, write: Write) -> None:
    (corpus / "empty.txt").write_bytes(b"")
    config = write()
    assert at_night(config)[0].status == 1
    assert "empty.txt" in (tmp_path / "told").read_text("utf-8")
    (tmp_path / "told").unlink()
    assert at_night(config, 1)[0].status == 0
    assert not (tmp_path / "told").exists()
    assert list(read_table("runs", config.out)["n_new_rejects"]) == [1, 0]


def test_new_and_changed_articles_are_counted(corpus: Path, write: Write) -> None:
    config = write('formats = ["csv"]')
    at_night(config)
    (corpus / "meeting.txt").write_text(MEETING.replace("4/18", "5/18"), "utf-8")
    (corpus / "third.txt").write_text(MEETING.replace("09-CTr/TU", "11-CTr/TU"), "utf-8")
    summary = at_night(config, 1)[0].summary
    assert summary is not None and (summary.n_new, summary.n_changed) == (1, 1)


def test_old_runs_and_their_issues_leave(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number in range(4):
        issue = Issue(source=f"portal {number}", step="crawl", kind="robots", message="robots.txt cannot be read")
        options = Options(corpus=corpus, out=out, cache=tmp_path / "cache.sqlite", keep_runs=2, command=f"run {number}")
        summary = run(options, clock=lambda number=number: NIGHT + timedelta(days=number), issues=[issue, issue])  # type: ignore[misc]
        assert summary.exit_status == 1
    assert list(read_table("runs", out)["command"]) == ["run 2", "run 3"]
    assert list(read_table("issues", out)["source"]) == ["portal 2", "portal 3"], "and one issue told twice is one row"
    assert set(read_table("issues", out)["run_id"]) == set(read_table("runs", out)["run_id"])


def test_tables_of_an_older_version_are_read(corpus: Path, write: Write) -> None:
    """Its `runs` had fewer columns."""
    config = write()
    at_night(config)
    path = (config.out / "runs.parquet").resolve()
    pq.write_table(pq.read_table(path).drop(["n_new", "n_changed", "n_new_rejects"]), path)
    assert at_night(config, 1)[0].status == 0
    assert [row[-3] for row in read_plain("runs", config.out)] == [None, 0]


def test_wrong_configuration_is_status_2(corpus: Path, tmp_path: Path, write: Write) -> None:
    night, events = at_night(write('enabled = ["nhan-dam"]', 'contact = "a@b.example"'))
    assert night.status == 2
    assert 'names a portal "nhan-dam" that there is not; did you mean "nhan-dan"?' in events[1].to_text()
    assert (tmp_path / "told").read_text("utf-8").splitlines()[1] == "2"
    assert not (tmp_path / "extracted" / "articles.parquet").exists()
    with pytest.raises(SiteError, match=r'"mau-ha-noi".* add one of them'):
        choose_sites(["mau-ha-noi"])
    every = {site.slug for site in choose_sites(["all"])}
    assert "nhan-dan" in every and "mau-ha-noi" not in every
    done = run_vnpress("nightly", cwd=corpus)
    assert done.returncode == 2 and "vnpress nightly --sample" in done.stderr


def test_missing_corpus_is_status_2_and_on_problem_may_fail(write: Write, tmp_path: Path) -> None:
    (tmp_path / "vnpress.toml").write_text('on_problem = "no-such-program {status}"', "utf-8")
    night, events = at_night(read_config(tmp_path / "vnpress.toml"))
    assert night.status == 2
    assert "no such folder" in next(event for event in events if event.name == "no corpus").to_text()
    assert events[-1].name == "on_problem failed"


def test_failed_night_is_status_3_and_leaves_the_tables(corpus: Path, tmp_path: Path, write: Write) -> None:
    config = write()
    at_night(config)
    before = files(config.out)
    config.cache.unlink()
    config.cache.mkdir()  # so that it cannot be opened as a file
    (corpus / "third.txt").write_text(MEETING, "utf-8")
    night, events = at_night(config, 1)
    assert night.status == 3
    assert files(config.out) == before
    assert any("the tables of before are untouched" in event.to_text() for event in events)
    assert (tmp_path / "told").read_text("utf-8").splitlines()[0].startswith("vnpress: failed, tables of the night before")


def test_what_nobody_foresaw_is_status_3_and_told(corpus: Path, tmp_path: Path, write: Write) -> None:
    write()
    code = (
        "import sys, pipeline.nightly\nfrom pipeline.cli import main\n"
        "def broken(*args, **more): raise KeyError('a mistake of ours')\n"
        "pipeline.nightly.run = broken\nsys.exit(main(['nightly']))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "Traceback" in done.stderr
    assert "a mistake of ours" in (tmp_path / "told").read_text("utf-8")
    assert [past.status for past in last_nights(tmp_path / "extracted", tmp_path / ".vnpress" / "nightly.jsonl", 5)] == [3]


def test_second_night_is_told_who_is_at_work(corpus: Path, tmp_path: Path, write: Write) -> None:
    config = write()
    code = (
        "import sys, time\nfrom datetime import datetime\nfrom pathlib import Path\n"
        "from pipeline.export.lock import hold_folder\nfrom pipeline.nightly import LOCK\n"
        "with hold_folder(Path(sys.argv[1]), now=datetime.fromisoformat('2026-11-21T01:00:00+00:00'), name=LOCK):\n"
        "    print('held', flush=True)\n    time.sleep(60)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code, str(config.out)], env=env, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        night, events = at_night(config)
        assert night.status == 3
        assert f"process {first.pid}, begun 2026-11-21T01:00:00+00:00" in events[1].to_text()
        first.send_signal(signal.SIGKILL)
    time.sleep(0.1)
    assert at_night(config)[0].status == 0, "the lock of a dead process holds nobody up"


def test_a_page_that_was_not_had_is_a_row_and_no_alarm(corpus: Path, tmp_path: Path) -> None:
    issue = Issue(source="mau", step="crawl", kind="gone", message="https://mau.example/1: answered 404")
    out = tmp_path / "out"
    options = Options(corpus=corpus, out=out)
    assert run(options, clock=lambda: NIGHT, issues=[issue]).exit_status == 0
    assert list(read_table("issues", out)["kind"]) == ["gone"]
    assert run(options, clock=lambda: NIGHT, issues=[replace(issue, kind="challenge")]).exit_status == 1


def put_command(folder: Path) -> Path:
    """`.venv/bin/vnpress` as an installation has it, of this checkout."""
    command = folder / ".venv" / "bin" / "vnpress"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m pipeline "$@"\n', "utf-8")
    command.chmod(0o755)
    return command


def test_cron_line_of_the_document_as_cron_runs_it(corpus: Path, tmp_path: Path) -> None:
    document = (ROOT / "docs" / "nightly.md").read_text("utf-8")
    block = re.search(r"^```cron\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    assert block is not None
    schedule, line = re.fullmatch(r"((?:\S+ ){5}) (.*)\n", block[1]).groups()  # type: ignore[union-attr]
    assert schedule == "0 2 * * * "
    put_command(tmp_path)
    (tmp_path / "vnpress.toml").write_text(sample_config(), "utf-8")

    def as_cron() -> subprocess.CompletedProcess[str]:
        env = {"HOME": str(tmp_path), "LOGNAME": "vnpress", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
        command = ["/bin/sh", "-c", line.replace("/srv/vnpress", str(tmp_path))]
        return subprocess.run(command, cwd="/", env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    done = as_cron()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "a good night sends no mail"
    assert len(read_table("articles", tmp_path / "extracted")) == 2
    (corpus / "rỗng.txt").write_bytes(b"")
    done = as_cron()
    assert done.returncode == 1
    assert "new reject" in done.stderr and "rỗng.txt" in done.stderr, "and a bad one says what"


def test_a_night_goes_on_though_nobody_listens(corpus: Path, tmp_path: Path, write: Write) -> None:
    """As under `vnpress nightly | head -1`."""
    config = write()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipeline", "nightly"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as night:
        assert night.stdout is not None and night.stderr is not None
        night.stdout.close()
        complaint = night.stderr.read()
    assert (night.returncode, complaint) == (0, "")
    assert len(read_table("articles", config.out)) == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_files_are_sound(tmp_path: Path) -> None:
    command = put_command(tmp_path)
    paths = []
    for name in ("vnpress.service", "vnpress.timer"):
        text = (ROOT / "docs" / name).read_text("utf-8").replace("/srv/vnpress/.venv/bin/vnpress", str(command))
        paths.append(tmp_path / name)
        paths[-1].write_text(text.replace("User=vnpress", f"User={getpass.getuser()}"), "utf-8")
    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    paths[0].write_text(paths[0].read_text("utf-8").replace("Type=", "Tpye="), "utf-8")
    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert "Tpye" in checked.stderr, "or it would find nothing at all"


def test_document_names_every_event_and_kind() -> None:
    document = (ROOT / "docs" / "nightly.md").read_text("utf-8")
    code = (ROOT / "pipeline" / "nightly.py").read_text("utf-8")
    events = set(re.findall(r"journal\.(?:say|warn)\(\s*\"([^\"]+)\"", code)) | {BEGINS, ENDS}
    assert len(events) > 10
    kinds = {"quiet_portal", "lost_characters", *(f"fall_of_{name}" for name in FACTS)}
    assert not [name for name in (*events, *kinds) if f"`{name}`" not in document]
    crawl = (ROOT / "docs" / "crawl.md").read_text("utf-8")
    assert not [kind for kind in OF_ONE_PAGE if f"`{kind}`" not in crawl]


def test_status_shows_the_last_nights(corpus: Path, tmp_path: Path, write: Write) -> None:
    config = write()
    at_night(config)
    write('enabled = ["nhan-dam"]', 'contact = "a@b.example"')
    at_night(read_config(tmp_path / "vnpress.toml"), 1)
    (corpus / "empty.txt").write_bytes(b"")
    at_night(config, 2)
    run(Options(corpus=corpus, out=config.out, cache=config.cache, only="meeting*"), clock=lambda: NIGHT + timedelta(days=3))
    shown = run_vnpress("status", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert [line.split()[3] for line in lines[1:5]] == ["0", "2", "1", "0"]
    assert "nightly 2" in lines[3]
    said = json.loads(run_vnpress("status", "--json", "--last", 3, cwd=tmp_path).stdout)
    assert [one["exit_status"] for one in said] == [2, 1, 0]
    assert "nhan-dam" in said[0]["message"]
    assert (said[1]["new_articles"], said[1]["new_rejects"], said[1]["articles"]) == (0, 1, 2)
    assert run_vnpress("status", "--out", tmp_path / "nowhere").returncode == 2
