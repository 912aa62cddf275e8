"""One TOML for each portal -> site profiles: dated layouts, selectors, cuts, expected numbers; checked when read."""

from __future__ import annotations

from pathlib import Path


def use_folder(folder: Path | None) -> None:
    """Lay a user's folder of site profiles over the shipped ones (None: the shipped ones alone)."""
