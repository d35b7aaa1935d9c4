"""Patients, studies, series: the catalog browser and the tag browser."""
