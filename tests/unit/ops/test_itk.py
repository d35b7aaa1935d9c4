from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK

from medviewer.core import labels
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts
from medviewer.errors import Cancelled, InputError
from medviewer.ops.denoise import NonLocalMeansParams, non_local_means
from medviewer.ops.itk import from_itk, run_itk, run_short, to_itk
from medviewer.ops.operation import QuietContext
from medviewer.ops.planes import continued, in_threads
from medviewer.ops.volume_grid import Dimension, is_volume, require_regular
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.phantoms import make_image


def test_a_filter_tells_its_progress_and_gives_what_itk_gives() -> None:
    array = np.random.default_rng(0).normal(size=(20, 30, 40)).astype(np.float32)
    seen: list[float] = []
    median = SimpleITK.MedianImageFilter()
    result = run_itk(median, to_itk(array), ctx=JobContext(report=lambda f, _t: seen.append(f)))
    assert np.array_equal(from_itk(result), SimpleITK.GetArrayFromImage(median.Execute(to_itk(array))))
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert to_itk(array, Geometry(array.shape, spacing_xyz_mm=(1.0, 2.0, 3.0))).GetSpacing() == (1.0, 2.0, 3.0)


def test_a_running_filter_is_stopped() -> None:
    token = CancelToken()
    median = SimpleITK.MedianImageFilter()
    median.SetRadius(4)
    seen: list[float] = []

    def report(fraction: float, _text: str) -> None:
        seen.append(fraction)
        token.cancel()

    with pytest.raises(Cancelled):
        run_itk(median, to_itk(np.zeros((24, 96, 96), np.float32)), ctx=JobContext(token, report))
    assert max(seen) < 0.9


def test_an_error_of_itk_is_not_a_cancel() -> None:
    too_small = to_itk(np.zeros((2, 2), np.float32))  # its recursion needs four pixels
    with pytest.raises(RuntimeError):
        run_itk(SimpleITK.RecursiveGaussianImageFilter(), too_small, ctx=QuietContext())


def test_who_cancels_does_not_wait_for_a_short_piece() -> None:
    token, release = CancelToken(), threading.Event()
    threading.Timer(0.1, token.cancel).start()
    with pytest.raises(Cancelled):
        run_short(lambda: release.wait(20), JobContext(token))
    release.set()
    assert run_short(lambda: 7, QuietContext()) == 7
    with pytest.raises(ZeroDivisionError):
        run_short(lambda: 1 // 0, QuietContext())


def test_threads_stop_between_pieces() -> None:
    token = CancelToken()
    done: list[int] = []

    def piece(number: int) -> None:
        time.sleep(0.01)
        done.append(number)
        token.cancel()

    with pytest.raises(Cancelled):
        in_threads([lambda n=n: piece(n) for n in range(100)], JobContext(token))  # type: ignore[misc]
    assert len(done) < 20
    with pytest.raises(ZeroDivisionError):
        in_threads([lambda: 1 // 0] * 3, QuietContext())


def test_non_local_means_can_be_stopped_within_a_slice() -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        non_local_means(
            make_image((1, 600, 600)),
            NonLocalMeansParams(noise=20.0),
            JobContext(token, lambda _f, _t: token.cancel()),
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": Facts(not_reconstructable="These are frames over time.")},
        {"facts": Facts(irregular_spacing=True)},
        {"facts": Facts(missing_slices=2)},
        {"slice_positions_mm": (0.0, 2.5, 5.0, 12.5, 15.0)},
        {"geometry": Geometry((5, 24, 32), axis_z=(0.0, 0.34202, 0.939693))},
    ],
)
def test_what_is_no_regular_grid_is_refused_as_a_volume_only(changes: dict[str, object]) -> None:
    image = make_image(**changes)
    assert not is_volume(image, Dimension.SLICE)
    with pytest.raises(InputError, match="from slice to slice"):
        is_volume(image, Dimension.VOLUME)
    if "facts" not in changes:
        with pytest.raises(InputError, match="from slice to slice"):
            require_regular(labels.binary(image.array > 0, image))
    assert is_volume(make_image(), Dimension.VOLUME)
    assert not is_volume(make_image((1, 4, 4)), Dimension.VOLUME)


def test_missing_values_are_continued_from_the_nearest() -> None:
    values = np.arange(30, dtype=np.float32).reshape(5, 6)
    valid = np.ones((5, 6), bool)
    valid[0:2, 0:2] = False
    broken = np.where(valid, values, np.float32(np.nan))
    filled = continued(broken, valid)
    assert np.array_equal(filled[valid], values[valid])
    assert filled[0, 1] == values[0, 2]
    assert filled[1, 0] == values[2, 0]
    assert not continued(broken, np.zeros((5, 6), bool)).any()
    image = replace(make_image((1, 5, 6), dtype=np.float32), array=broken[None])
    assert np.isnan(image.modality_slice(0)[0, 0])
