"""Small pictures of series."""

from __future__ import annotations

import io

import numpy as np
import pytest

from medviewer.core.image import Facts, SpacingSource
from medviewer.errors import CatalogError, UnreadableFile
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.scheduler import Scheduler
from medviewer.services.thumbnails import Thumbnails, picture, png
from tests.helpers.memory_plan import MemoryPlan, make_series


class HalvesPlan(MemoryPlan):
    """Left half 0, right half 100; the file's window is centre 50 width 101."""

    def read_slice(self, k):
        values = super().read_slice(k)
        values[:] = 0
        values[:, values.shape[1] // 2 :] = 100
        return values

    def voi(self, k):
        from medviewer.core.display import Voi, Window

        return Voi((Window(50.5, 101.0),))


class Kept:
    """A catalog with pictures only."""

    def __init__(self, series, full=False):
        self.one, self.full, self.pictures = series, full, {}

    def thumbnail(self, series_id):
        return self.pictures.get(series_id)

    def set_thumbnail(self, series_id, data):
        if self.full:
            raise CatalogError("The disk is full.")
        self.pictures[series_id] = data

    def series(self, series_id):
        return self.one


def decoded(data: bytes):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize(
    ("shape", "aspect", "size_hw"),
    [
        ((512, 512), 1.0, (128, 128)),
        ((256, 512), 1.0, (64, 128)),
        ((64, 32), 1.0, (128, 64)),
        ((100, 200), 2.0, (128, 128)),
    ],
)
def test_fits_the_square_with_the_shape_of_the_anatomy(shape, aspect, size_hw):
    facts = Facts("CT", SpacingSource.PATIENT, pixel_aspect=aspect)
    assert picture(HalvesPlan(make_series(), shape, facts=facts)).shape == (*size_hw, 3)


def test_is_windowed_as_the_file_says():
    rgb = decoded(png(picture(HalvesPlan(make_series(), (128, 128)))))
    assert (rgb[:, :60] == 0).all()
    assert (rgb[:, 68:] == 255).all()


def test_made_once_then_taken_from_the_catalog():
    series, got, plans = make_series(), [], []
    catalog = Kept(series)
    thumbnails = Thumbnails(
        catalog, Scheduler(InlineExecutor()), lambda s: plans.append(1) or HalvesPlan(s, (32, 32))
    )
    thumbnails.get(1, got.append)
    thumbnails.get(1, got.append)
    assert len(plans) == 1
    assert got[0] == got[1] == catalog.pictures[1]
    assert decoded(got[0]).shape == (128, 128, 3)


def test_two_who_ask_at_once_share_the_work():
    executor, got, plans = ManualExecutor(), [], []
    thumbnails = Thumbnails(
        Kept(make_series()), Scheduler(executor), lambda s: plans.append(1) or HalvesPlan(s, (32, 32))
    )
    thumbnails.get(1, got.append)
    thumbnails.get(1, got.append)
    executor.settle()
    assert len(plans) == 1
    assert len(got) == 2


def test_full_disk_still_shows_it():
    got = []
    Thumbnails(Kept(make_series(), full=True), Scheduler(InlineExecutor()), lambda s: HalvesPlan(s, (32, 32))).get(
        1, got.append
    )
    assert got[0].startswith(b"\x89PNG")


def test_series_without_a_picture_gives_none():
    got = []
    scheduler = Scheduler(InlineExecutor())
    Thumbnails(Kept(make_series(kind="report")), scheduler, HalvesPlan).get(1, got.append)
    Thumbnails(Kept(make_series()), scheduler, lambda s: HalvesPlan(s, bad=range(9))).get(2, got.append)

    def broken(_series):
        raise UnreadableFile("The file is damaged.")

    Thumbnails(Kept(make_series()), scheduler, broken).get(3, got.append)
    assert got == [None, None, None]
