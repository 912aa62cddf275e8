"""Article text -> words, parts of speech and entities, put back on our text."""
