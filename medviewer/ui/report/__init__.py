"""The report: key images, measurements, steps and tables of what is open, as a PDF in the window's language."""
