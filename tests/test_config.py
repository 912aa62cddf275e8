"""The configuration file: the sample is the documentation, every mistake is told with file, key and remedy."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.config import Config, ConfigError, Expectations, documented_keys, read_config, sample_config

SAMPLE = ROOT / "docs" / "vnpress.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "vnpress.toml"
    path.write_text(text, "utf-8")
    return path


def test_sample_is_up_to_date_and_has_every_key() -> None:
    assert SAMPLE.read_text("utf-8") == sample_config(), "run: vnpress nightly --sample > docs/vnpress.toml"
    said = tomllib.loads(sample_config())
    keys = set(said) | {f"expect.{name}" for name in said["expect"]}
    assert keys == set(documented_keys())
    fields = {field.name for field in dataclasses.fields(Config)}
    assert keys == fields | {f"expect.{field.name}" for field in dataclasses.fields(Expectations)}
    assert all(len(meaning) > 15 for meaning in documented_keys().values())


def test_examples_of_the_sample_are_sound(tmp_path: Path) -> None:
    """With each commented example in place of the default below it."""
    lines = sample_config().splitlines()
    examples = [
        line.removeprefix("# ") for line in lines if line.startswith("# ") and line[2:].split(" = ")[0] in documented_keys()
    ]
    replaced = {line.split(" = ")[0] for line in examples}
    assert {"contact", "enabled", "on_problem"} <= replaced
    kept = [line for line in lines if line.split(" = ")[0] not in replaced]
    config = read_config(write(tmp_path, "\n".join([*examples, *kept])))
    assert config.enabled == ("bao-chinh-phu", "nhan-dan")
    assert config.sites == tmp_path / "sites"
    assert config.command_on_problem[:3] == ("mail", "-s", "{subject}")


def test_sample_says_what_holds_without_it(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, sample_config())) == read_config(write(tmp_path, ""))


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    config = read_config(write(folder, 'corpus = "../pages"\nout = "/srv/tables"\nsites = "own"\nlog = ""\n'))
    assert config.corpus == tmp_path / "pages"
    assert config.out == Path("/srv/tables")
    assert config.cache == folder / ".vnpress" / "cache.sqlite"
    assert (config.sites, config.lexicon, config.log) == (folder / "own", None, None)
    monkeypatch.chdir(folder)
    assert read_config(Path("vnpress.toml")) == config


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('contct = "a@b.example"', 'unknown key "contct"; did you mean "contact"?'),
        ("[expect]\nquiet_day = 3", 'unknown key "expect.quiet_day"; did you mean "quiet_days"?'),
        ("colour = 1", 'unknown key "colour"; known are agent, cache, contact, corpus'),
        ('workers = "two"', "\"workers\" must be a whole number, not 'two'"),
        ("workers = true", '"workers" must be a whole number, not True'),
        ("workers = -1", '"workers" must be 0 or more, not -1'),
        ("keep_runs = 0", '"keep_runs" must be 1 or more, not 0'),
        ("corpus = 3", '"corpus" must be text, not 3'),
        ('corpus = ""', '"corpus" must name a path'),
        ("expect = 3", '"expect" must be a table, not 3'),
        ("[expect]\nchance = 1", '"expect.chance" must lie between 0 and 1, not 1.0'),
        ("[expect]\nquiet_days = 0", '"expect.quiet_days" must be 1 or more, not 0'),
        ('formats = ["xml"]', "\"formats\" must name one or more of csv, parquet, not ('xml',)"),
        ('contact = "ask me"', '"contact" must be a mail address or the address of a web page'),
        ('enabled = ["nhan-dan"]', '"enabled" names portals but "contact" is empty'),
        ('contact = "a@b.example"\nenabled = ["all", "nhan-dan"]', '"enabled" must be ["all"] or a list of portals'),
        ('agent = "two words"', '"agent" must be one word'),
        ("on_problem = 'mail \"x'", '"on_problem" cannot be split into words (No closing quotation)'),
        ('on_problem = "mail {message}"', '"on_problem" has {message}; known are {status} and {subject}'),
        ('on_problem = "{subject}"', '"on_problem" must begin with a program'),
        ('cache = "extracted/cache.sqlite"', '"cache" must not lie inside "out"'),
        ('log = "corpus/../corpus/log.jsonl"', '"log" must not lie inside "corpus"'),
        ('out = "corpus/tables"', '"out" and "corpus" must be folders apart'),
        ("workers =", "not a TOML file in UTF-8"),
    ],
)
def test_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_config(write(tmp_path, text))
    assert told in str(error.value)
    assert str(error.value).startswith("vnpress.toml: ")


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"vnpress nightly --sample"):
        read_config(tmp_path / "vnpress.toml")
