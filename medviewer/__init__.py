"""medviewer: open, read, measure, process and learn from medical images in one desktop program."""

__version__ = "0.1.0"
