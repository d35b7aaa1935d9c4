"""All IBSI families of one region."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from medviewer.ops.features import (
    autocorrelation,
    cooccurrence,
    dependence,
    intensity,
    morphology,
    runs,
    zones,
)
from medviewer.ops.features.identifiers import Aggregation, Family
from medviewer.ops.features.lattice import Lattice
from medviewer.ops.features.regions import Discretised, Region
from medviewer.ops.operation import Context

Values = dict[str, float]
Task = Callable[[], Values]

THREADS = 2
POLL_S = 0.1
"""How often a cancelled job is noticed while a task runs."""

SMALL_REGION = 20_000
"""Below so many voxels of the box a second thread costs more than it brings."""


def compute(
    region: Region,
    discretised: Discretised,
    families: tuple[Family, ...],
    aggregations: tuple[Aggregation, ...],
    ctx: Context,
) -> Values:
    """Every feature of the wanted families, by tag with the suffix of its aggregation.

    Parameters
    ----------
    region, discretised : Region, Discretised
        The same voxels, with intensities and with grey levels.
    families : tuple of Family
        What is wanted.
    aggregations : tuple of Aggregation
        For the texture matrices.

    Returns
    -------
    dict of str to float
        NaN: not defined for this region.
    """
    spaces = tuple(dict.fromkeys(a.space for a in aggregations))
    tasks: dict[Family | str, Task] = {}
    lattice = Lattice.of(discretised.levels, discretised.n_levels)
    region.intensities()
    _ = lattice.flat, lattice.voxels_per_slice, lattice.n_voxels, lattice.level_counts  # before threads share it
    if Family.MORPHOLOGY in families:
        tasks["autocorrelation"] = lambda: autocorrelation.features(region)
        tasks[Family.MORPHOLOGY] = lambda: morphology.features(region)
    if {Family.GLSZM, Family.GLDZM} & set(families):
        tasks[Family.GLSZM] = lambda: _zones(region, lattice, families, spaces, ctx)
    if Family.LOCAL in families:
        tasks[Family.LOCAL] = lambda: intensity.local_peaks(region)
    if Family.GLRLM in families:
        tasks[Family.GLRLM] = lambda: runs.features(lattice, aggregations, ctx)
    if Family.GLCM in families:
        tasks[Family.GLCM] = lambda: cooccurrence.features(lattice, aggregations, ctx)
    if Family.NGTDM in families:
        tasks[Family.NGTDM] = lambda: dependence.tone_family(lattice, spaces, ctx)
    if Family.NGLDM in families:
        tasks[Family.NGLDM] = lambda: dependence.dependence_family(lattice, spaces, ctx)
    if {Family.STATISTICS, Family.HISTOGRAM, Family.VOLUME_HISTOGRAM} & set(families):
        tasks[Family.STATISTICS] = lambda: _intensity(region, lattice, families)
    return run_tasks(list(tasks.values()), region.mask.size > SMALL_REGION, ctx)


def run_tasks(tasks: list[Task], in_threads: bool, ctx: Context) -> Values:
    """Run the tasks, two at a time when asked; most of their time is spent where Python waits."""
    result: Values = {}
    if not in_threads:
        for n, task in enumerate(tasks):
            ctx.progress(n / len(tasks))
            result |= task()
        return result
    pool = ThreadPoolExecutor(THREADS)
    try:
        waiting = [pool.submit(task) for task in tasks]
        for n, future in enumerate(waiting):
            while not wait([future], timeout=POLL_S).done:
                ctx.check()
            result |= future.result()
            ctx.progress((n + 1) / len(tasks))
    finally:  # cancelled: what still runs ends by itself and its result is dropped
        pool.shutdown(wait=False, cancel_futures=True)
    return result


def _intensity(region: Region, lattice: Lattice, families: tuple[Family, ...]) -> Values:
    values = intensity.Distribution.of(region.intensities())
    result: Values = {}
    if Family.STATISTICS in families:
        result |= intensity.statistics(values)
    if Family.HISTOGRAM in families:
        result |= intensity.histogram(lattice.level_counts)
    if Family.VOLUME_HISTOGRAM in families:
        result |= intensity.volume_histogram(values)
    return result


def _zones(
    region: Region, lattice: Lattice, families: tuple[Family, ...], spaces: tuple[str, ...], ctx: Context
) -> Values:
    found = {}
    if {"2D", "2_5D"} & set(spaces):
        found[True] = zones.find_zones(lattice, in_slices=True)
    ctx.check()
    if "3D" in spaces:
        found[False] = zones.find_zones(lattice, in_slices=False)
    ctx.check()
    result: Values = {}
    if Family.GLSZM in families:
        result |= zones.size_features(lattice, found, spaces)
    if Family.GLDZM in families:
        result |= zones.distance_features(lattice, region.shape_mask, found, spaces)
    return result
