"""The panes that show pixels, and the hands that work on them."""
