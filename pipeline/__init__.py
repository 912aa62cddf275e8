"""Vietnamese press releases in, normalised tables out."""
