"""From image and labels to a table: preparation, keys, and whatever can be wrong with the input."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image
from medviewer.core.labels import LabelMap, binary, of_array
from medviewer.errors import Cancelled, GeometryMismatch, InputError
from medviewer.ops.features import Aggregate, Binning, FeatureSettings, Interpolation, Mode, extract
from medviewer.ops.features.intensity import local_peaks
from medviewer.ops.features.regions import PEAK_RADIUS_MM, cut, discretise, region_of
from medviewer.ops.operation import QuietContext
from medviewer.ops.params import fields_of, from_json, to_json
from tests.unit.ops.features.samples import MM, blob, image_of

BOTH = pytest.mark.parametrize("mode", list(Mode))


def test_keys_titles_and_units() -> None:
    values, mask = blob()
    image = image_of(values, unit="HU")
    table = extract(image, binary(mask, image, "liver"))
    assert table.keys[:4] == ("label", "name", "voxels", "RNU0")
    assert table.row(0)["name"] == "liver"
    assert table.column("Q4LE").title == "Mean intensity"
    assert table.column("Q4LE").unit == "HU"
    assert table.column("Q4LE").values[0] == pytest.approx(values[mask].mean())
    assert table.column("RNU0").unit == "mm3"
    assert table.column("TU9B").title == "Joint entropy (GLCM)"
    assert table.facts["mode"] == "ibsi"
    assert len(table.keys) == 4 + 170


def test_all_aggregations_have_keys_of_their_own() -> None:
    values, mask = blob()
    image = image_of(values)
    all_ways = extract(image, binary(mask, image), FeatureSettings(aggregation=Aggregate.ALL))
    one = extract(image, binary(mask, image), FeatureSettings(aggregation=Aggregate.SLICES_MERGED)).row(0)
    assert len(all_ways.keys) == 4 + 483
    row = all_ways.row(0)
    assert row["ACUI_2D_comb"] == one["ACUI"]
    assert row["5QRC_2D"] == one["5QRC"]
    assert all_ways.column("ACUI_2_5D_avg").title == "Contrast (GLCM, 2.5D avg)"


def test_each_label_is_a_row() -> None:
    values, mask = blob()
    image = image_of(values)
    numbers = mask.astype(np.uint8)
    numbers[:, 7:] *= 3
    table = extract(image, of_array(numbers, image))
    assert table.column("label").values == (1, 3)
    alone = extract(image, of_array(numbers, image), value=3).row(0)
    assert alone == table.row(1)
    assert table.column("Q4LE").values[1] == pytest.approx(values[numbers == 3].mean())


def test_settings_are_parameters() -> None:
    settings = FeatureSettings(binning=Binning.WIDTH, log_sigmas_mm="1,2")
    assert from_json(FeatureSettings, to_json(settings)) == settings
    assert all(field.label for field in fields_of(FeatureSettings))


def test_resampling_keeps_the_centre() -> None:
    """A linear ramp stays one, and a symmetric box keeps its centre of mass (IBSI: aligned by the centre)."""
    z, y, x = np.indices((8, 20, 20), dtype=np.float32)
    ramp = (3 * x + 5 * y + 7 * z).astype(np.float32)
    mask = np.zeros(ramp.shape, dtype=bool)
    mask[2:6, 5:15, 5:15] = True
    image = image_of(ramp, (1.0, 1.0, 3.0))
    settings = FeatureSettings(resample_mm=0.8)
    patch = cut(image, mask, settings, 0.0, QuietContext())
    region = region_of(patch, settings)
    assert patch.spacing_zyx == (0.8, 0.8, 0.8)
    inside = region.intensities()
    assert inside.mean() == pytest.approx(ramp[mask].mean(), rel=1e-4)
    assert region.mask.sum() * 0.8**3 == pytest.approx(mask.sum() * 3.0, rel=0.1)
    steps = np.diff(region.values, axis=2)[np.isfinite(np.diff(region.values, axis=2))]
    np.testing.assert_allclose(steps, 3 * 0.8, rtol=1e-3)


def test_hounsfield_units_stay_whole_numbers_when_resampled() -> None:
    values, mask = blob()
    for unit, whole in (("HU", True), ("", False)):
        settings = FeatureSettings(resample_mm=0.7)
        region = region_of(cut(image_of(values, unit=unit), mask, settings, 0.0, QuietContext()), settings)
        assert np.array_equal(region.intensities(), np.rint(region.intensities())) is whole


def test_resegmentation() -> None:
    values, mask = blob()
    image = image_of(values)
    settings = FeatureSettings(limit_range=True, range_low=-50, range_high=100)
    row = extract(image, binary(mask, image), settings).row(0)
    kept = values[mask & (values >= -50) & (values <= 100)]
    assert row["Q4LE"] == pytest.approx(kept.mean())
    assert row["1GSF"] >= -50
    assert row["YEKZ"] == mask.sum(), "shape keeps the region as drawn"
    outliers = extract(image, binary(mask, image), FeatureSettings(outlier_sigma=1.0)).row(0)
    inside = values[mask].astype(float)
    expected = inside[np.abs(inside - inside.mean()) <= inside.std()].mean()
    assert outliers["Q4LE"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (FeatureSettings(bin_number=4), [1, 1, 2, 3, 4, 4]),
        (FeatureSettings(binning=Binning.WIDTH, bin_width=10), [1, 1, 2, 3, 4, 5]),
        (FeatureSettings(binning=Binning.WIDTH, bin_width=10, limit_range=True, range_low=-5), [1, 2, 3, 3, 5, 5]),
        (FeatureSettings(binning=Binning.NONE), [1, 10, 17, 21, 36, 41]),
    ],
)
def test_grey_levels(settings: FeatureSettings, expected: list[int]) -> None:
    """By hand, for 0, 9, 16, 20, 35, 40."""
    values = np.array([[[0, 9, 16, 20, 35, 40]]], dtype=np.int16)
    mask = np.ones(values.shape, dtype=bool)
    region = region_of(cut(image_of(values), mask, settings, 0.0, QuietContext()), settings)
    assert discretise(region, settings).levels.ravel().tolist() == expected


def test_local_peaks_against_a_search() -> None:
    values, mask = blob((12, 14, 12))
    settings = FeatureSettings()
    image = image_of(values.astype(np.float32), (1.5, 2.0, 2.5))
    region = region_of(cut(image, mask, settings, PEAK_RADIUS_MM, QuietContext()), settings)
    points = np.argwhere(np.ones(mask.shape, dtype=bool)) * (2.5, 2.0, 1.5)
    flat = values.ravel().astype(float)
    means = {}
    for p in np.flatnonzero(mask.ravel()):
        near = ((points - points[p]) ** 2).sum(axis=1) <= PEAK_RADIUS_MM**2
        means[p] = flat[near].mean()
    found = local_peaks(region)
    brightest = max(means, key=lambda p: (flat[p], means[p]))
    assert found["loc_peak_glob"] == pytest.approx(max(means.values()), rel=1e-9)
    assert found["loc_peak_loc"] == pytest.approx(means[brightest], rel=1e-9)


# --- what can be wrong ---


def _all(mode: Mode) -> FeatureSettings:
    return FeatureSettings(mode=mode, wavelet=True, log_sigmas_mm="1", patterns=True)


def _known(row: dict[str, object]) -> None:
    """Numbers are finite or None, and where one is None the row says why."""
    numbers = {k: v for k, v in row.items() if k not in ("label", "name", "voxels", "not_defined")}
    assert all(v is None or (isinstance(v, int | float) and math.isfinite(v)) for v in numbers.values())
    assert bool(row["not_defined"]) == any(v is None for v in numbers.values())


@BOTH
def test_one_voxel(mode: Mode) -> None:
    values, mask = blob()
    image, one = image_of(values), np.zeros_like(mask)
    one[4, 7, 5] = True
    row = extract(image, binary(one, image), _all(mode)).row(0)
    _known(row)
    assert row["voxels"] == 1
    assert "single voxel" in str(row["not_defined"])
    mean = row["Q4LE"] if mode is Mode.IBSI else row["original_firstorder_Mean"]
    assert mean == values[4, 7, 5]


@BOTH
def test_constant_image(mode: Mode) -> None:
    _, mask = blob()
    image = image_of(np.full(mask.shape, 40, dtype=np.int16))
    row = extract(image, binary(mask, image), _all(mode)).row(0)
    _known(row)
    entropy = row["TLU2"] if mode is Mode.IBSI else row["original_firstorder_Entropy"]
    assert entropy == 0


@BOTH
@pytest.mark.parametrize("shape", [(1, 16, 16), (16, 16, 1), (2, 2, 2), (1, 1, 9)])
def test_thin_regions(mode: Mode, shape: tuple[int, int, int]) -> None:
    values = np.random.default_rng(0).integers(0, 200, size=shape).astype(np.int16)
    image = image_of(values, (0.5, 0.5, 4.0))
    _known(extract(image, binary(np.ones(shape, dtype=bool), image), _all(mode)).row(0))


@BOTH
def test_values_that_are_not_numbers_take_no_part(mode: Mode) -> None:
    values, mask = blob()
    floats = values.astype(np.float32)
    floats[3:5, 6:8, 5:8] = np.nan
    image = image_of(floats)
    row = extract(image, binary(mask, image), _all(mode)).row(0)
    _known(row)
    mean = row["Q4LE"] if mode is Mode.IBSI else row["original_firstorder_Mean"]
    assert mean == pytest.approx(float(np.nanmean(floats[mask])), rel=1e-5)
    volume = row["YEKZ"] if mode is Mode.IBSI else row["original_shape_VoxelVolume"]
    assert volume == mask.sum()


def test_padding_takes_no_part() -> None:
    values, mask = blob()
    values[4] = -2000
    image = dataclasses.replace(image_of(values), padding=(-2000, -2000))
    row = extract(image, binary(mask, image)).row(0)
    assert row["Q4LE"] == pytest.approx(values[mask & (values != -2000)].mean())


def test_refusals_are_sentences() -> None:
    values, mask = blob()
    image = image_of(values)
    good = binary(mask, image)
    with pytest.raises(InputError, match="empty"):
        extract(image, binary(np.zeros_like(mask), image))
    with pytest.raises(InputError, match="no label 7"):
        extract(image, good, value=7)
    with pytest.raises(InputError, match="inside the range"):
        extract(image, good, FeatureSettings(limit_range=True, range_low=5000, range_high=6000))
    with pytest.raises(InputError, match="below the highest"):
        extract(image, good, FeatureSettings(limit_range=True, range_low=10, range_high=-10))
    with pytest.raises(InputError, match="grey levels"):
        extract(image, good, FeatureSettings(binning=Binning.WIDTH, bin_width=1e-3))
    with pytest.raises(InputError, match="LoG"):
        extract(image, good, FeatureSettings(log_sigmas_mm="1, two"))
    with pytest.raises(InputError, match="Number of bins"):
        extract(image, good, FeatureSettings(bin_number=1))
    with pytest.raises(InputError, match="no whole numbers"):
        extract(image_of(values + 0.5), good, FeatureSettings(binning=Binning.NONE))
    with pytest.raises(InputError, match="no value"):
        extract(image_of(np.full(values.shape, np.nan, np.float32)), good)
    elsewhere = LabelMap(good.array, dataclasses.replace(good.geometry, origin_mm=(3.0, 0.0, 0.0)))
    with pytest.raises(GeometryMismatch):
        extract(image, elsewhere)


def test_one_label_that_fails_does_not_cost_the_others() -> None:
    values, mask = blob()
    floats = values.astype(np.float32)
    floats[0] = np.nan
    numbers = mask.astype(np.uint8)
    numbers[0, 3:5, 3:5] = 2
    table = extract(image_of(floats), of_array(numbers, image_of(floats)))
    assert table.column("Q4LE").values[1] is None
    assert "padding" in str(table.row(1)["not_defined"])
    assert table.column("Q4LE").values[0] is not None


def test_uneven_slices_are_refused_but_one_slice_is_not() -> None:
    values, mask = blob()
    at = np.arange(len(values), dtype=float)
    at[5:] += 2
    image = dataclasses.replace(image_of(values), slice_positions_mm=tuple(at))
    labels = dataclasses.replace(binary(mask, image), slice_positions_mm=tuple(at))
    with pytest.raises(InputError, match="evenly spaced"):
        extract(image, labels)
    single = np.zeros_like(mask)
    single[4] = mask[4]
    row = extract(image, binary(single, image)).row(0)
    assert row["shape2d_pixel_surface"] == single.sum()


def test_oblique_geometry_changes_nothing() -> None:
    values, mask = blob()
    straight = image_of(values, (0.7, 0.7, 2.0))
    c, s = math.cos(0.4), math.sin(0.4)
    turned = Geometry(
        straight.geometry.shape_zyx, (5, 6, 7), (c, s, 0.0), (-s, c, 0.0), (0.0, 0.0, 1.0), (0.7, 0.7, 2.0)
    )
    oblique = Image(values, turned, facts=MM)
    first = extract(straight, binary(mask, straight)).row(0)
    second = extract(oblique, binary(mask, oblique)).row(0)
    assert first == second


def test_unknown_spacing_gives_pixels() -> None:
    values, mask = blob()
    image = dataclasses.replace(image_of(values), facts=Facts())
    table = extract(image, binary(mask, image))
    assert table.column("RNU0").unit == "px3"
    assert table.column("VJGA").values == (None,)
    assert "spacing" in str(table.row(0)["not_defined"])


def test_it_can_be_cancelled() -> None:
    class Stop(QuietContext):
        def check(self) -> None:
            raise Cancelled

        def progress(self, fraction: float, text: str = "") -> None:
            raise Cancelled

    values, mask = blob((40, 40, 40))
    image = image_of(values)
    with pytest.raises(Cancelled):
        extract(image, binary(mask, image), None, Stop())


def test_cancelled_while_a_task_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call ends although a task goes on."""
    import threading

    from medviewer.ops.features import ibsi

    go_on, asked = threading.Event(), []

    class Later(QuietContext):
        def check(self) -> None:
            asked.append(1)
            if len(asked) > 2:
                raise Cancelled

    def endless() -> dict[str, float]:
        go_on.wait(20)
        return {}

    with pytest.raises(Cancelled):
        ibsi.run_tasks([endless], in_threads=True, ctx=Later())
    assert not go_on.is_set()
    go_on.set()


def test_a_region_too_large_for_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    from medviewer.ops.features import autocorrelation

    monkeypatch.setattr(autocorrelation, "MAX_BOX", 100)
    values, mask = blob()
    row = extract(image_of(values), binary(mask, image_of(values))).row(0)
    assert row["N365"] is None
    assert "too large" in str(row["not_defined"])


@pytest.mark.parametrize("interpolation", list(Interpolation))
def test_every_interpolation(interpolation: Interpolation) -> None:
    values, mask = blob()
    image = image_of(values, (0.8, 0.8, 2.0))
    settings = FeatureSettings(resample_mm=1.0, interpolation=interpolation, wavelet=True)
    _known(extract(image, binary(mask, image), settings).row(0))


def test_threads_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from medviewer.ops.features import ibsi

    values, mask = blob((30, 40, 36))
    image = image_of(values)
    threaded = extract(image, binary(mask, image)).row(0)
    monkeypatch.setattr(ibsi, "SMALL_REGION", 10**9)
    assert extract(image, binary(mask, image)).row(0) == threaded
