"""Side by side in one run: candidates take turns, medians and ratios are kept, milliseconds only give a feeling."""

from __future__ import annotations

import datetime
import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Row:
    """One line of the table: `ratio` is peer over ours, so that more is better; `goal` the wanted ratio."""

    group: str
    what: str
    peer: str
    ours_ms: float | None
    peer_ms: float | None
    ratio: float | None
    goal: str = ""
    note: str = ""


@dataclass
class Table:
    """All rows of a run."""

    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.rows.append(row)

    def value(self, group: str, what: str, text: str, goal: str = "") -> None:
        """A line without a peer: a count, a size, a delay."""
        self.rows.append(Row(group, what, "–", None, None, None, goal, text))

    def markdown(self) -> str:
        """The table, with the machine it was measured on."""
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        lines = [
            "# Performance, measured side by side",
            "",
            f"{datetime.date.today().isoformat()}, {machine}, load average {load:.1f} at the end.",
            "Ratios are peer ÷ medviewer (more is better); ours and peer in milliseconds, medians of runs in turns.",
        ]
        group = ""
        groups = list(dict.fromkeys(row.group for row in self.rows))
        for row in sorted(self.rows, key=lambda row: groups.index(row.group)):
            if row.group != group:
                group = row.group
                lines += [
                    "",
                    f"## {group}",
                    "",
                    "| what | peer | medviewer | peer | ratio | goal | note |",
                    "|---|---|---:|---:|---:|---|---|",
                ]
            ratio = f"**{row.ratio:.2f}×**" if row.ratio is not None else ""
            lines.append(
                f"| {row.what} | {row.peer} | {_ms(row.ours_ms)} | {_ms(row.peer_ms)} | {ratio} | {row.goal} "
                f"| {row.note} |"
            )
        return "\n".join(lines) + "\n"


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


@dataclass(frozen=True)
class Timing:
    """Median wall and processor time in milliseconds."""

    wall_ms: float
    cpu_ms: float


def in_turns(
    candidates: dict[str, Callable[[], Any]], rounds: int = 7, warm: int = 1, repeat: int = 1
) -> dict[str, Timing]:
    """Run the candidates in turns, another one first in each round; a slow moment of the machine hits all of them.

    `repeat` runs follow each other in a turn (frames of a scroll), so that none begins with the caches of another.
    """
    walls: dict[str, list[float]] = {name: [] for name in candidates}
    cpus: dict[str, list[float]] = {name: [] for name in candidates}
    order = list(candidates)
    for n in range(-warm, rounds):
        gc.collect()
        for name in order:
            for _ in range(repeat):
                wall, cpu = time.perf_counter(), time.process_time()
                candidates[name]()
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                if n >= 0:
                    walls[name].append(wall * 1e3)
                    cpus[name].append(cpu * 1e3)
        order = order[1:] + order[:1]
    return {name: Timing(statistics.median(walls[name]), statistics.median(cpus[name])) for name in candidates}


def compare(
    table: Table,
    group: str,
    what: str,
    candidates: dict[str, Callable[[], Any]],
    goals: dict[str, str] | None = None,
    *,
    rounds: int = 7,
    cpu: bool = False,
    per: float = 1.0,
    repeat: int = 1,
    note: str = "",
) -> dict[str, Timing]:
    """Time ours (the first candidate) against its peers and add a row for each.

    Parameters
    ----------
    cpu : bool
        Compare processor time (files from a warm cache, where the disk says nothing).
    per : float
        Divide by so many (files, frames).
    """
    goals = goals or {}
    found = in_turns(candidates, rounds, repeat=repeat)
    names = list(candidates)

    def value(name: str) -> float:
        return (found[name].cpu_ms if cpu else found[name].wall_ms) / per

    ours = value(names[0])
    for peer in names[1:]:
        ratio = value(peer) / ours if ours > 0 else None
        table.add(Row(group, what, peer, ours, value(peer), ratio, goals.get(peer, ""), note))
    return found


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def ct_slice(size: int, seed: int = 1) -> NDArray[np.int16]:
    """A CT-like slice: body, lungs, bone, texture and noise, -1024..3071."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    image = np.full((size, size), -1000, np.float32)
    image[(x / 0.8) ** 2 + (y / 0.6) ** 2 < 1] = -80
    body = (x / 0.74) ** 2 + (y / 0.54) ** 2 < 1
    image[body] = 45
    for cx, cy, rx, ry, hu in (
        (-0.35, -0.05, 0.26, 0.33, -820),
        (0.35, -0.05, 0.26, 0.33, -820),
        (0, 0.33, 0.1, 0.1, 600),
    ):
        image[((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1] = hu
    image += rng.normal(0, 12, (size, size)).astype(np.float32)
    return np.clip(image, -1024, 3071).astype(np.int16)
