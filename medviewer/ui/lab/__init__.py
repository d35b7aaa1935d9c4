"""The workspace Lab: from a table of cases to a classifier whose worth is known."""
