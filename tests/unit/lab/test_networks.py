from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from medviewer.core.image import Rescale
from medviewer.errors import Cancelled
from medviewer.lab import inference, runtime
from medviewer.lab.networks import RATE, DiffusionNetwork, DiffusionParams, diffusion
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.phantoms import make_image, modality_values


def perona_malik(values: Any, layers: int, contrast: float, spacing_xy_mm: tuple[float, float]) -> Any:
    """The equation of the paper (eq. 7, 8 with exponential conductance) in numpy float64; NaN is outside."""
    u = np.array(values, dtype=np.float64)
    smallest = min(spacing_xy_mm)
    for _ in range(layers):
        change = np.zeros_like(u)
        for axis, spacing in ((1, spacing_xy_mm[1]), (2, spacing_xy_mm[0])):
            ratio = smallest / spacing
            d = np.diff(u, axis=axis) * ratio
            flow = np.where(np.isfinite(d), d * np.exp(-((d / contrast) ** 2)), 0.0) * RATE * ratio
            edge = [(0, 0)] * 3
            edge[axis] = (0, 1)
            change += np.pad(flow, edge)
            edge[axis] = (1, 0)
            change -= np.pad(flow, edge)
        u += change
    return u


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.8, 0.6), (0.5, 2.0)])
@pytest.mark.parametrize(("layers", "contrast"), [(1, 50.0), (7, 20.0), (20, 400.0)])
def test_equals_the_equation(layers: int, contrast: float, spacing: tuple[float, float]) -> None:
    image = make_image((3, 24, 32), spacing_xyz_mm=(*spacing, 2.5))
    result = diffusion(image, DiffusionParams(layers, contrast))
    assert result.array.dtype == np.float32
    expected = perona_malik(modality_values(image), layers, contrast, spacing)
    np.testing.assert_allclose(result.array, expected, rtol=1e-4, atol=5e-3)


def test_padding_stays_and_nothing_flows_into_it() -> None:
    image = make_image((1, 16, 16), padding=(-2000, -2000), spacing_xyz_mm=(1.0, 1.0, 1.0))
    stored = image.array.copy()
    stored[:, :5] = -2000
    stored[0, 10, 10] = -2000
    image = replace(image, array=stored)
    result = diffusion(image, DiffusionParams(6, 60.0))
    values = modality_values(image)
    assert np.array_equal(np.isnan(result.array), np.isnan(values))
    np.testing.assert_allclose(result.array, perona_malik(values, 6, 60.0, (1.0, 1.0)), rtol=1e-4, atol=5e-3)
    assert np.nansum(result.array) == pytest.approx(np.nansum(values), rel=1e-5), "what flows out must flow in"


def test_noise_goes_and_edges_stay() -> None:
    rng = np.random.default_rng(0)
    array = np.where(np.arange(64) < 32, 0.0, 1000.0) + rng.normal(0, 10, (1, 64, 64))
    image = make_image((1, 64, 64), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(1.0, 1.0, 1.0))
    result = diffusion(replace(image, array=array.astype(np.float32)), DiffusionParams(20, 60.0)).array[0]
    assert result[:, 5:25].std() < 3.0
    assert abs((result[:, 32] - result[:, 31]).mean() - 1000.0) < 20.0


def test_strips_give_the_same_as_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    image = make_image((1, 40, 20))
    whole = diffusion(image, DiffusionParams(4)).array
    monkeypatch.setattr(inference, "strips", lambda rows, _columns, _reach: [(0, 7), (7, 21), (21, rows)])
    np.testing.assert_array_equal(diffusion(image, DiffusionParams(4)).array, whole)


@pytest.mark.parametrize(("rows", "columns", "reach"), [(1, 1, 1), (10, 10, 50), (512, 512, 5), (4096, 3000, 50)])
def test_strips_cover_every_row_once(rows: int, columns: int, reach: int) -> None:
    found = inference.strips(rows, columns, reach, 1 << 19)
    assert [row for low, high in found for row in range(low, high)] == list(range(rows))
    if rows * columns > 1 << 19:
        assert max(min(rows, high + reach) - max(0, low - reach) for low, high in found) * columns <= 1 << 19


def test_cancel_is_seen_between_layers_of_one_slice() -> None:
    token = CancelToken()
    passed: list[int] = []

    class Block:
        def __call__(self, x: Any) -> Any:
            passed.append(1)
            if len(passed) == 3:
                token.cancel()
            return x

    class Chain:
        blocks = [Block()] * 50
        reach_px = 1

    with pytest.raises(Cancelled):
        inference.run_slicewise(Chain, make_image((1, 8, 8)), JobContext(token))
    assert len(passed) == 3


def test_inference_mode_belongs_to_the_worker() -> None:
    torch = runtime.load_torch()
    seen: list[bool] = []

    class Chain:
        reach_px = 0

        @property
        def blocks(self) -> list[Any]:
            def look(x: Any) -> Any:
                seen.append(torch.is_inference_mode_enabled())
                return x

            return [look]

    worker = threading.Thread(target=lambda: inference.run_slicewise(Chain, make_image((2, 4, 4)), JobContext()))
    worker.start()
    worker.join()
    assert seen == [True, True]
    assert not torch.is_inference_mode_enabled()
    assert not any(buffer.requires_grad for buffer in DiffusionNetwork(1, 1.0, (1.0, 1.0)).blocks[0].buffers())


def test_one_core_stays_with_the_window() -> None:
    assert [runtime.torch_threads(n) for n in (1, 2, 4, 16)] == [1, 1, 3, 15]
    assert runtime.load_torch().get_num_threads() == runtime.torch_threads()


def test_declaring_a_network_does_not_import_torch() -> None:
    code = (
        "import sys; from medviewer.services import processing; from medviewer.ops import registry;"
        "assert registry.get('network.diffusion');"
        "sys.exit(', '.join({'torch', 'cv2', 'scipy', 'SimpleITK', 'pydicom'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
