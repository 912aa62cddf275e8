"""Page -> rows of every table for one article, or a reject."""

from __future__ import annotations

from pipeline.annotate.words import find_mentions
from pipeline.facts import read_all
from pipeline.model import Article, Findings


def find_facts(article: Article) -> Findings:
    """All rows of one clean article, before persons, organisations and documents are joined over articles."""
    return read_all(article, find_mentions(article.text))
