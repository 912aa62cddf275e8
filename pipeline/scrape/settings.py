"""Job and Site -> Scrapy's settings: what is its own work, with every part off that opens a port, keeps cookies or guesses."""

from __future__ import annotations

from scrapy.settings import Settings

from pipeline.scrape.addresses import LONGEST, LOOPBACK_HOSTS, loopback_hosts
from pipeline.scrape.manners import pause_of
from pipeline.scrape.report import Job
from pipeline.sites import Site

_MIDDLEWARES = "scrapy.downloadermiddlewares"


def process_settings(job: Job) -> Settings:
    """What holds for the whole process: the resolver, the log."""
    return Settings(
        {
            "TWISTED_DNS_RESOLVER": "pipeline.scrape.addresses.CheckedResolver",
            "DNS_TIMEOUT": 20,
            LOOPBACK_HOSTS: loopback_hosts(job.sites),
            "LOG_LEVEL": "ERROR",
            "LOG_COLOR": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )


def site_settings(job: Job, site: Site) -> Settings:
    """What holds for one portal."""
    limits = job.limits
    settings = process_settings(job)
    settings.update(
        {
            "USER_AGENT": job.agent,
            # Robots, pauses, turns and refusals are ours (manners.py): Scrapy lets requests through that were queued before
            # robots.txt came, and allows everything where robots.txt answers 500.
            "ROBOTSTXT_OBEY": False,
            "DOWNLOAD_HANDLERS": {
                "http": "pipeline.scrape.manners.PoliteHandler", "https": "pipeline.scrape.manners.PoliteHandler",
                "data": None, "file": None, "ftp": None, "s3": None,
            },
            "DOWNLOADER_MIDDLEWARES": {
                f"{_MIDDLEWARES}.offsite.OffsiteMiddleware": None,
                f"{_MIDDLEWARES}.robotstxt.RobotsTxtMiddleware": None,
                f"{_MIDDLEWARES}.httpauth.HttpAuthMiddleware": None,
                f"{_MIDDLEWARES}.cookies.CookiesMiddleware": None,
                f"{_MIDDLEWARES}.httpcache.HttpCacheMiddleware": None,
                "pipeline.scrape.manners.Challenges": 585,  # outside of decompression (590), within redirects and retries
                "pipeline.scrape.manners.Manners": 1000,  # next to the handler
            },
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": pause_of(site),
            "DOWNLOAD_DELAY_JITTER": 0,
            "AUTOTHROTTLE_ENABLED": True,  # slower than `delay` where the portal answers slowly, never faster
            "AUTOTHROTTLE_START_DELAY": pause_of(site),
            "RETRY_TIMES": limits.retries,
            "REDIRECT_MAX_TIMES": limits.redirects,
            "METAREFRESH_ENABLED": False,
            "COOKIES_ENABLED": False,
            "REFERER_ENABLED": False,
            "HTTPPROXY_ENABLED": False,  # behind a proxy the address that is connected to could not be checked
            "URLLENGTH_LIMIT": LONGEST,
            "DOWNLOAD_VERIFY_CERTIFICATES": site.crawl.check_certificate,
            "DOWNLOAD_TIMEOUT": limits.response_seconds,  # for the whole answer, however slowly it drips
            "DOWNLOAD_MAXSIZE": limits.page_bytes,  # as received, and again unpacked
            "DOWNLOAD_WARNSIZE": 0,
            "DEFAULT_REQUEST_HEADERS": {
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Language": f"{site.language},en;q=0.5" if site.language != "en" else "en",
                "Accept-Encoding": "gzip, deflate",  # what every reader of WARC files unpacks
            },
            "EXTENSIONS": {
                "scrapy.extensions.telnet.TelnetConsole": None,
                "scrapy.extensions.remote_control.RemoteControl": None,
                "scrapy.extensions.memusage.MemoryUsage": None,
                "scrapy.extensions.memdebug.MemoryDebugger": None,
                "scrapy.extensions.feedexport.FeedExporter": None,
                "scrapy.extensions.logstats.LogStats": None,
                "scrapy.extensions.spiderstate.SpiderState": None,
            },
            "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
            "STATS_DUMP": False,
        },
        priority="project",
    )  # fmt: skip
    return settings
