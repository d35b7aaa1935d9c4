"""Values: images with geometry, display, slicing, statistics. Pure functions, no Qt, no files."""
