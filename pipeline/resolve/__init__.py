"""Evidence of all articles -> the same person, organisation, document, event over all of them."""
