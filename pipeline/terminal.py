"""Tables of one article -> the article in the terminal with its findings marked, or what was cut from it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.text import Text

from pipeline.clean import clean_page
from pipeline.model import Page

# What is marked, in which style, and which columns tell its value.
STYLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "mentions": ("dim underline", ()),
    "officials": ("bold green", ("person", "role", "organization", "status")),
    "dates": ("bold blue", ("value_start", "value_end", "kind")),
    "counts": ("bold magenta", ("kind", "value", "total", "unit")),
    "recurrences": ("bold cyan", ("every", "times", "what")),
    "deadlines": ("on dark_red", ("marker", "due_end", "within", "task", "responsible", "assigned_by")),
}


def print_article(tables: Mapping[str, pd.DataFrame], console: Console | None = None) -> None:
    """The text with its findings in colour, and below it each finding with its value, rule and confidence."""
    console = console or Console()
    rejects = tables["rejects"]
    if tables["articles"].empty:
        console.print(f"rejected: {rejects.iloc[0]['message']}" if len(rejects) else "no such article")
        return
    article = tables["articles"].iloc[0]
    text = Text(article["text"])
    for name, (style, _) in STYLES.items():
        placed = tables[name].dropna(subset=["start"]) if name != "deadlines" else tables[name].head(0)
        for start, end in zip(placed["start"].astype(int), placed["end"].astype(int), strict=True):
            text.stylize(style, start, end)
    console.print(Text(f"{article['source']}  {article['published_at']}  {article['author'] or ''}", style="dim"))
    console.print(text)
    for name, (style, columns) in STYLES.items():
        if columns:
            _print_findings(name, style, columns, tables[name], console)


def _print_findings(name: str, style: str, columns: tuple[str, ...], frame: pd.DataFrame, console: Console) -> None:
    if frame.empty:
        return
    console.print(Text(f"\n{name}", style=style))
    for row in frame.to_dict("records"):
        values = "; ".join(f"{c} {row[c]}" for c in columns if not pd.isna(row[c]))
        console.print(Text(f"  {row['text']!s:.60}  = {values}  [{row['rule']}, {row['confidence']:.2f}]"))


def print_cuts(page: Page, console: Console | None = None) -> None:
    """What the cleaner removed from a page, each piece under its reason. Raises UnreadableInput."""
    console = console or Console()
    article = clean_page(page)
    for cut in article.cuts:
        console.print(Text.assemble((f"[{cut.reason}] ", "bold"), cut.text))
    console.print(
        Text(f"{article.removed_chars} characters in {len(article.cuts)} cuts; repairs: {';'.join(article.repairs) or 'none'}")
    )
