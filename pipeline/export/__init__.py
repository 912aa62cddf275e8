"""Rows of all tables -> files, whole or not at all: a new generation is written, then one pointer is switched."""
