"""Results leave the window: dialogs that ask what, in which format and where to, and masks that come back."""
