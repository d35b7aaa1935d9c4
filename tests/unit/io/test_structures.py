"""RT structure sets: back onto every kind of source unchanged, judged by dciodvfy, filled by other libraries."""

from __future__ import annotations

import cv2
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import measure

from medviewer.core.labels import of_array, resample_labels, same_grid
from medviewer.errors import DataError, GeometryMismatch, InputError, MedviewerError, UnreadableFile
from medviewer.io import research, volume
from medviewer.io.series import split_series
from medviewer.io.structures import read_regions, read_structures, write_structures
from tests.helpers.dicom_factory import make_instance
from tests.helpers.dicom_results import COLUMNS, KINDS, ROWS, SLICES, errors_of, make_source, random_labels


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    made = {}

    def get(kind):
        if kind not in made:
            made[kind] = make_source(folder / kind.replace(" ", "_"), kind)
        return made[kind]

    return get


@pytest.mark.parametrize("kind", KINDS)
def test_back_onto_its_source(sources, tmp_path, kind):
    plan, image = sources(kind)
    labels = random_labels(image)
    write_structures(labels, plan.frames, tmp_path / "a.dcm", description="Läsion 病变")
    told: list[str] = []
    back = read_structures(tmp_path / "a.dcm", image, warnings=told)
    np.testing.assert_array_equal(back.array, labels.array)
    assert same_grid(back, image)
    assert not told
    assert [(x.value, x.name) for x in back.labels] == [(1, "Leber 肝"), (2, "ring"), (3, "")]
    assert back.labels[0].colour == "#c00000"


@pytest.mark.parametrize("kind", KINDS)
def test_no_errors_by_dciodvfy(sources, tmp_path, kind):
    plan, image = sources(kind)
    write_structures(random_labels(image), plan.frames, tmp_path / "a.dcm")
    assert errors_of(tmp_path / "a.dcm") == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    array=hnp.arrays(np.uint8, (SLICES, ROWS, COLUMNS), elements=st.sampled_from([0, 0, 1, 7, 255])),
    kind=st.sampled_from(["oblique", "reversed", "tilted", "uneven"]),
)
def test_any_mask_comes_back(sources, tmp_path, array, kind):
    plan, image = sources(kind)
    if not array.any():
        return
    write_structures(of_array(array, image), plan.frames, tmp_path / "a.dcm")
    np.testing.assert_array_equal(read_structures(tmp_path / "a.dcm", image).array, array)


@pytest.mark.parametrize("kind", ["oblique", "tilted", "coronal"])
def test_another_program_fills_the_same(sources, tmp_path, kind):
    """Positions by PS3.3 C.7.6.2.1.1 from the referenced image, each contour filled by scikit-image."""
    plan, image = sources(kind)
    labels = random_labels(image, 5)
    write_structures(labels, plan.frames, tmp_path / "a.dcm")
    ds = pydicom.dcmread(tmp_path / "a.dcm")
    files = {}
    for k, frame in enumerate(plan.frames):
        header = pydicom.dcmread(frame.path, stop_before_pixels=True)
        files[header.SOPInstanceUID] = (k, header)
    out = np.zeros_like(labels.array)
    for roi in ds.ROIContourSequence:
        for item in roi.ContourSequence:
            assert item.ContourGeometricType == "CLOSED_PLANAR"
            points = np.array(item.ContourData, dtype=float).reshape(-1, 3)
            assert len(points) == item.NumberOfContourPoints
            k, header = files[item.ContourImageSequence[0].ReferencedSOPInstanceUID]
            away = points - np.array(header.ImagePositionPatient, dtype=float)
            x, y = np.array(header.ImageOrientationPatient, dtype=float).reshape(2, 3)
            assert np.abs(away @ np.cross(x, y)).max() < 1e-4
            row_mm, column_mm = map(float, header.PixelSpacing)
            inside = measure.grid_points_in_poly(
                (ROWS, COLUMNS), np.stack((away @ y / row_mm, away @ x / column_mm), axis=1)
            )
            out[k][inside] = roi.ReferencedROINumber
    np.testing.assert_array_equal(out, labels.array)


def test_a_large_contour_is_one_element(shared_data, tmp_path):
    """Longer than the 65,534 characters that a decimal string may have with explicit VR."""
    series = volume.series_at(shared_data / "dicom" / "zoo" / "seg" / "liver_source_ct")
    plan = volume.plan(series)
    image = plan.image(plan.allocate())
    array = np.zeros(image.geometry.shape_zyx, np.uint8)
    array[1, ::2, 10:500] = 1
    array[1, :, 10] = 1
    write_structures(of_array(array, image), plan.frames, tmp_path / "a.dcm")
    contour = pydicom.dcmread(tmp_path / "a.dcm").ROIContourSequence[0].ContourSequence[0]
    assert contour["ContourData"].VR == "DS"
    np.testing.assert_array_equal(read_structures(tmp_path / "a.dcm", image).array, array)
    assert errors_of(tmp_path / "a.dcm") == []


@pytest.mark.parametrize("modality", ["CT", "MR_T1", "PET"])
def test_contours_of_a_hospital_give_the_published_masks(shared_data, modality):
    """The masks that the IBSI published for these structure sets."""
    folder = shared_data / "dicom" / "petctmr_sts-012"
    headers = [header for header in volume.headers_at(folder / modality) if header.has_pixels]
    plan = volume.plan(max(split_series(headers), key=lambda s: len(s.instances)))
    image = plan.image(plan.allocate())
    labels = read_structures(folder / modality / "RTSTRUCT.dcm", image)
    published = research.read(folder / "masks" / f"{modality}_mask.nii.gz")
    expected = resample_labels(of_array(published.array.astype(np.uint8), published), image)
    np.testing.assert_array_equal(labels.array, expected.array)
    assert labels.labels[0].name == f"GTV_Mass_{modality}"


def structure_set(path, contours, kind="CLOSED_PLANAR", image_kind="axial"):
    def item(points):
        return {"ContourGeometricType": kind, "NumberOfContourPoints": len(points), "ContourData": points}

    from pydicom.dataset import Dataset

    def dataset(values):
        ds = Dataset()
        for key, value in values.items():
            setattr(ds, key, value)
        return ds

    drawn = []
    for points in contours:
        flat = [f"{v:.4f}" for point in points for v in point]
        drawn.append(dataset({**item(points), "ContourData": flat}))
    return make_instance(
        path, Modality="RTSTRUCT", SOPClassUID="1.2.840.10008.5.1.4.1.1.481.3", pixels=None,
        StructureSetROISequence=[dataset({"ROINumber": 4, "ROIName": "a"})],
        ROIContourSequence=[dataset({"ReferencedROINumber": 4, "ContourSequence": drawn})],
    )  # fmt: skip


def square(image, k, x0, y0, x1, y1):
    corners = [(x0 - 0.5, y0 - 0.5, k), (x1 + 0.5, y0 - 0.5, k), (x1 + 0.5, y1 + 0.5, k), (x0 - 0.5, y1 + 0.5, k)]
    return image.geometry.world(corners).tolist()


@pytest.mark.parametrize("kind", ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"])
@pytest.mark.parametrize("order", [1, -1])
def test_holes_as_contours_of_their_own(sources, tmp_path, kind, order):
    _, image = sources("oblique")
    rings = [square(image, 2, 1, 1, 7, 7), square(image, 2, 2, 2, 6, 6), square(image, 2, 4, 4, 4, 4)]
    path = structure_set(tmp_path / "a.dcm", rings[::order], kind)
    expected = np.zeros((ROWS, COLUMNS), np.uint8)
    cv2.rectangle(expected, (1, 1), (7, 7), 4, -1)
    cv2.rectangle(expected, (2, 2), (6, 6), 0, -1)
    expected[4, 4] = 4
    np.testing.assert_array_equal(read_structures(path, image).array[2], expected)


def test_overlapping_repeated_and_stray_contours(sources, tmp_path):
    _, image = sources("axial")
    rings = [square(image, 1, 1, 1, 4, 4), square(image, 1, 3, 3, 6, 6), square(image, 3, 2, 2, 3, 3)]
    told: list[str] = []
    labels = read_structures(
        structure_set(tmp_path / "a.dcm", [*rings, rings[2], square(image, 40, 1, 1, 2, 2)]), image, warnings=told
    )
    assert (labels.array[1] != 0).sum() == 16 + 16 - 4
    assert (labels.array[3] != 0).sum() == 4
    assert any("cross" in line for line in told)
    assert any("beyond" in line for line in told)
    with pytest.raises(GeometryMismatch, match="beside"):
        read_structures(structure_set(tmp_path / "b.dcm", [square(image, 90, 1, 1, 3, 3)]), image)
    with pytest.raises(GeometryMismatch, match="orientation"):
        read_structures(structure_set(tmp_path / "c.dcm", rings), sources("oblique")[1])
    told.clear()
    points = read_structures(structure_set(tmp_path / "d.dcm", [rings[0][:1]], "POINT"), image, warnings=told)
    assert points.is_empty
    assert told


def test_what_cannot_be_is_said(sources, tmp_path, shared_data):
    plan, image = sources("axial")
    labels = random_labels(image)
    with pytest.raises(DataError, match="empty"):
        write_structures(labels.with_array(np.zeros_like(labels.array)), plan.frames, tmp_path / "a.dcm")
    path = make_instance(
        tmp_path / "x.dcm", Modality="CR", ImagePositionPatient=None, ImageOrientationPatient=None, Rows=4, Columns=5
    )
    flat = volume.load(path)
    with pytest.raises(DataError, match="where in the patient"):
        write_structures(of_array(np.ones((1, 4, 5), np.uint8), flat), [path], tmp_path / "a.dcm")
    write_structures(labels, plan.frames, tmp_path / "a.dcm")
    with pytest.raises(InputError, match="only on an image"):
        read_structures(tmp_path / "a.dcm", None)
    with pytest.raises(UnreadableFile):
        read_regions(shared_data / "dicom" / "zoo" / "rt" / "rtplan.dcm")
    assert read_regions(shared_data / "dicom" / "zoo" / "rt" / "rtstruct.dcm")


def reads_or_tells(path, image):
    try:
        read_structures(path, image)
    except MedviewerError as error:
        return error.message.endswith(".")
    return True


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_files_give_a_sentence(sources, tmp_path):
    plan, image = sources("axial")
    write_structures(random_labels(image), plan.frames, tmp_path / "a.dcm")
    data = (tmp_path / "a.dcm").read_bytes()
    rng = np.random.default_rng(3)
    for size in (0, 100, 400, 1500, len(data) // 2, len(data) - 40):
        (tmp_path / "b.dcm").write_bytes(data[:size])
        assert reads_or_tells(tmp_path / "b.dcm", image)
    for _ in range(20):
        broken = bytearray(data)
        for at in rng.integers(200, len(data), 30):
            broken[at] = rng.integers(256)
        (tmp_path / "b.dcm").write_bytes(broken)
        assert reads_or_tells(tmp_path / "b.dcm", image)
