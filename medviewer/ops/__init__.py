"""Operations: declared once, from which form, command line, recipe step and help page are derived."""
