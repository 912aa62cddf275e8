"""The crawling process: a Job on standard input, one JSON object a line on standard output; ends with its parent.

Twisted's reactor cannot be started twice in one process, and Scrapy's memory is given back only by ending it.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from pipeline.model import Issue
from pipeline.scrape.report import STEP, Job
from pipeline.scrape.settings import process_settings, site_settings
from pipeline.scrape.spider import PortalSpider, Tell
from pipeline.scrape.store import Archive, SiteHeld
from pipeline.sites import Site


def main() -> None:
    """Crawl all portals of the job side by side."""
    begun = monotonic()
    job: Job = pickle.load(sys.stdin.buffer)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not be taken for our lines
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def tell(said: dict[str, object]) -> None:
        out.write(json.dumps(said, ensure_ascii=False) + "\n")
        out.flush()

    process = AsyncCrawlerProcess(process_settings(job))
    for site in job.sites:
        archive = _open_archive(job, site, tell)
        if archive is not None:
            crawler = Crawler(PortalSpider, site_settings(job, site))
            process.crawl(crawler, site=site, job=job, archive=archive, tell=tell, begun=begun)
    if process.crawlers:
        process.start()


def _open_archive(job: Job, site: Site, tell: Tell) -> Archive | None:
    slug = site.slug
    try:
        return Archive(Path(job.corpus), slug, job.now, recent_days=site.crawl.correction_days)
    except SiteHeld as error:
        kind, message = "held_by_another", str(error)
    except OSError as error:
        kind = "folder_unusable"
        message = f"{slug}: {error}; check that the folder can be written and the disk is not full"
    tell({"issue": asdict(Issue(source=slug, step=STEP, kind=kind, message=message))})
    tell({"site": slug, "done": False, "seconds": 0.0})
    return None


def _end_with_parent() -> None:
    """The parent never writes again: what is read is its end."""
    os.read(sys.stdin.fileno(), 1)  # not through the buffer, whose lock would be held when this process ends by itself
    os._exit(1)


if __name__ == "__main__":
    main()
