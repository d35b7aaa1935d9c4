"""Dock panels; they know the workspace and the document, never each other."""
