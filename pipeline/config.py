"""The one configuration file (`vnpress.toml`) -> Config: every key documented, checked, and found where the file lies."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.toml_rows import TomlError, load_toml, read_row

DEFAULT = Path("vnpress.toml")
FORMATS = ("csv", "parquet")
ALL = "all"  # in `enabled`: every portal that says how its articles are found
PLACEHOLDERS = ("{status}", "{subject}")  # in the arguments of `on_problem`


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names file, key and what would mend it."""


def key(meaning: str, default: object, *, example: object = None) -> Any:
    """A key of the configuration: what it means, what holds where it is left out, and an example of another value."""
    return dataclasses.field(default=default, metadata={"meaning": meaning, "example": example})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """When a portal's new articles are an issue; `docs/nightly.md` tells how each is reckoned."""

    quiet_days: int = key(
        "A portal whose profile expects pages is quiet when it gave no new article for so many days, and its expected number "
        "makes that unlikely too (one that expects a page a week is given longer).",
        4,
    )
    recent_days: int = key("Articles published in so many days are compared with those of the year before them.", 7)
    least_articles: int = key("Fewer articles than this, recent or earlier, are compared with nothing.", 20)
    chance: float = key("How unlikely a difference must be, were all as before, to be an issue.", 0.0001)
    fall: float = key(
        "And how large: the share of articles that name an official (set a deadline) fell by this part of itself.", 0.4
    )
    lost_share: float = key(
        "An article is damaged where more than this part of its characters is lost; a rise of the share of damaged articles by "
        "`lost_rise` is an issue.",
        0.002,
    )
    lost_rise: float = key("By how much that share must rise: 0.05 is five articles more in a hundred.", 0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a night needs to know. Paths are absolute once read; in the file they are relative to the file."""

    contact: str = key(
        "Whom a portal's keeper can ask about the crawl: a mail address or a web page. Needed where `enabled` names a portal.",
        "",
        example="press-data@university.example",
    )
    agent: str = key("Name in the agent string, before the contact: one word.", "vnpress")
    corpus: Path = key("Folder that the crawl writes to and the extraction reads.", Path("corpus"))
    out: Path = key("Folder of the tables.", Path("extracted"))
    cache: Path = key(
        "Results kept for the next night; may be deleted at any time. Not inside `out` or `corpus`.",
        Path(".vnpress/cache.sqlite"),
    )
    sites: Path | None = key("Folder of your own portals (*.toml), laid over the shipped ones.", None, example=Path("sites"))
    lexicon: Path | None = key(
        "Folder of your own word lists (*.tsv), laid over the shipped ones.", None, example=Path("lexicon")
    )
    enabled: tuple[str, ...] = key(
        f'Portals to crawl, by the names of their files without `.toml`; empty: none, the night only extracts; ["{ALL}"]: every '
        "portal that has a [crawl] table.",
        (),
        example=("bao-chinh-phu", "nhan-dan"),
    )
    workers: int = key("Processes that read articles; 0: as many as there are cores.", 0)
    formats: tuple[str, ...] = key("Formats of the tables: csv, parquet or both.", FORMATS)
    keep_runs: int = key("So many runs stay in the tables `runs` and `issues`; older ones leave.", 400)
    log: Path | None = key("Log of the nights, one JSON object a line; empty: none is written.", Path(".vnpress/nightly.jsonl"))
    on_problem: str = key(
        "Command that is run when a night ends with a status other than 0. It gets the report on standard input; {status} and "
        "{subject} in its arguments are replaced. No shell is involved: pipes and variables are not understood.",
        "",
        example='mail -s "{subject}" press-data@university.example',
    )
    expect: Expectations = key("When the extracted tables themselves tell that something is wrong.", Expectations())

    @property
    def command_on_problem(self) -> tuple[str, ...]:
        """`on_problem` as arguments."""
        return tuple(shlex.split(self.on_problem))


def read_config(path: Path = DEFAULT) -> Config:
    """The configuration in one file, checked, its paths made absolute. Raises ConfigError."""
    shown = path.name
    try:
        config = read_row(Config, load_toml(path, shown), shown)
    except TomlError as error:
        raise ConfigError(str(error)) from None
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(
            f"{path}: cannot be read ({why}); `vnpress nightly --sample > {DEFAULT}` writes one to begin with"
        ) from None
    _check_values(config, shown)
    _check_command(config, shown)
    config = _with_absolute_paths(config, path.absolute().parent)
    _check_apart(config, shown)
    return config


def _with_absolute_paths(config: Config, folder: Path) -> Config:
    """Paths relative to the folder of the file; what is empty is None."""
    found: dict[str, Path | None] = {}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if isinstance(value, Path):
            found[field.name] = None if value == Path() else Path(os.path.normpath(folder / value.expanduser()))
    return dataclasses.replace(config, **found)  # type: ignore[arg-type]


def _check_values(config: Config, shown: str) -> None:
    """Values that the types alone do not tell apart."""

    def refuse(name: str, must: str) -> ConfigError:
        section, _, last = name.rpartition(".")
        value = getattr(config.expect if section else config, last)
        return ConfigError(f'{shown}: "{name}" must {must}, not {value!r}')

    if config.contact and not re.fullmatch(r"(?:https?://|mailto:)?[!-~]+[.@][!-~]+", config.contact):
        raise refuse("contact", "be a mail address or the address of a web page, in one word")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]{0,63}", config.agent):
        raise refuse("agent", "be one word of letters, digits, dots and hyphens")
    if not config.formats or set(config.formats) - set(FORMATS):
        raise refuse("formats", f"name one or more of {', '.join(FORMATS)}")
    if config.enabled and not config.contact:
        raise ConfigError(f'{shown}: "enabled" names portals but "contact" is empty; write a mail address or web page there')
    if ALL in config.enabled and len(config.enabled) > 1:
        raise refuse("enabled", f'be ["{ALL}"] or a list of portals')
    for name, least in (("workers", 0), ("keep_runs", 1)):
        if getattr(config, name) < least:
            raise refuse(name, f"be {least} or more")
    for name in ("quiet_days", "recent_days", "least_articles"):
        if getattr(config.expect, name) < 1:
            raise refuse(f"expect.{name}", "be 1 or more")
    for name in ("chance", "fall", "lost_share", "lost_rise"):
        if not 0 < getattr(config.expect, name) < 1:
            raise refuse(f"expect.{name}", "lie between 0 and 1")
    for name in ("corpus", "out", "cache"):
        if getattr(config, name) == Path():
            raise refuse(name, "name a path")


def _check_apart(config: Config, shown: str) -> None:
    """Tables, corpus, cache and log do not lie in one another's way."""
    for name, place in (("cache", config.cache), ("log", config.log)):
        for folder in ("out", "corpus"):
            if place is not None and place.is_relative_to(getattr(config, folder)):
                raise ConfigError(f'{shown}: "{name}" must not lie inside "{folder}" ({getattr(config, folder)}): {place}')
    if config.out.is_relative_to(config.corpus) or config.corpus.is_relative_to(config.out):
        raise ConfigError(f'{shown}: "out" and "corpus" must be folders apart: {config.out}, {config.corpus}')


def _check_command(config: Config, shown: str) -> None:
    try:
        words = config.command_on_problem
    except ValueError as error:
        raise ConfigError(f'{shown}: "on_problem" cannot be split into words ({error}): {config.on_problem!r}') from None
    for unknown in re.findall(r"\{[a-z_]+\}", " ".join(words)):
        if unknown not in PLACEHOLDERS:
            raise ConfigError(f'{shown}: "on_problem" has {unknown}; known are {" and ".join(PLACEHOLDERS)}')
    if words and words[0] in PLACEHOLDERS:
        raise ConfigError(f'{shown}: "on_problem" must begin with a program, not with {words[0]}')


def sample_config() -> str:
    """A whole configuration with every key, its meaning above it, and its default: what `docs/vnpress.toml` holds."""
    lines = [
        "# Configuration of vnpress: `vnpress nightly --config vnpress.toml`. Every key may be left out; what stands here is then",
        "# what holds. Relative paths are relative to this file.",
    ]
    lines += _sample_of(Config(), prefix="")
    return "\n".join(lines) + "\n"


def _sample_of(row: Config | Expectations, *, prefix: str) -> list[str]:
    lines: list[str] = []
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        meaning = [f"# {line}" for line in _wrapped(field.metadata["meaning"])]
        if isinstance(value, Expectations):
            lines += ["", *meaning, f"[{field.name}]", *_sample_of(value, prefix=f"{field.name}.")]
            continue
        example = field.metadata["example"]
        lines += ["", *meaning]
        lines += [f"# {field.name} = {_as_toml(example)}"] * (example is not None)
        lines += [f"{field.name} = {_as_toml(value)}"]
    return lines


def _wrapped(text: str, width: int = 118) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_as_toml, value))}]"
    if value is None:
        return '""'
    if isinstance(value, str | Path):
        return f"'{value}'" if '"' in str(value) else f'"{value}"'
    return str(value)


def documented_keys(kind: type[Any] = Config) -> Mapping[str, str]:
    """Every key by its whole name, with its meaning."""
    found: dict[str, str] = {}
    for field in dataclasses.fields(kind):
        found[field.name] = field.metadata["meaning"]
        if isinstance(field.default, Expectations):
            found |= {f"{field.name}.{name}": meaning for name, meaning in documented_keys(Expectations).items()}
    return found
