"""One TOML for each portal -> site profiles: dated layouts, selectors, cuts, expected numbers; checked when read."""
