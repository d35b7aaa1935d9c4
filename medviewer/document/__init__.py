"""The immutable document, its edits, history, journal and session file."""
