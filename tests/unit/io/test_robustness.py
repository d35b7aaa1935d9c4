"""Damaged files: no crash, no hang, no wrong exception, nothing over the budget; always a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

from tests.helpers.dicom_factory import make_instance, make_series
from tests.helpers.mutator import MUTATIONS, mutants

_ORIGINALS = ("compressed/JPEG-LL.dcm", "compressed/JLSL_16_15_1_1F.dcm",
              "compressed/emri_small_jpeg_2k_lossless.dcm",
              "compressed/SC_rgb_jpeg_dcmtk.dcm", "compressed/emri_small_RLE.dcm", "compressed/image_dfl.dcm",
              "enhanced/emri_small.dcm", "seg/seg_image_ct_binary_overlap.dcm", "rt/rtdose.dcm",
              "sm/sm_image_jpegls.dcm", "lut_overlay/mlut_18.dcm")  # fmt: skip

_WORKER = """
    import json, sys
    if sys.platform == "linux":
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from medviewer.io.probe import probe
    for line in sys.stdin:
        found = probe(line.rstrip("\\n"))
        print(json.dumps([found["status"], found["reason"]]), flush=True)
"""


@pytest.fixture(scope="module")
def originals(request, tmp_path_factory):
    """Real files where they are there, made ones always."""
    folder = tmp_path_factory.mktemp("originals")
    paths = [make_instance(folder / "a.dcm"), *make_series(folder / "rle", 2, transfer_syntax="1.2.840.10008.1.2.5")]
    from tests.conftest import SHARED_DATA

    paths += [p for name in _ORIGINALS if (p := SHARED_DATA / "dicom" / "zoo" / name).is_file()]
    return [path.read_bytes() for path in paths]


@pytest.mark.process
def test_mutants_are_loaded_or_refused(tmp_path, originals, project_root):
    names = []
    for name, data in mutants(originals, 160, seed=20240131):
        path = tmp_path / f"{name}.dcm"
        path.write_bytes(data)
        names.append(str(path))
    before = sorted(os.listdir(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_WORKER)], input="\n".join(names) + "\n", capture_output=True,
        text=True, timeout=150, cwd=project_root, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(names)
    for name, (status, reason) in zip(names, found, strict=True):
        assert status in {"loaded", "refused"}, name
        assert "mistake" not in reason, name  # the sentence for a bug of the program
        assert status == "loaded" or reason.endswith((".", "…")), name
        for word in ("Error", "Exception", "Traceback", "0x"):
            assert word not in reason, name
    statuses = [status for status, _ in found]
    assert 10 < statuses.count("refused") < len(names) - 10
    assert sorted(os.listdir(tmp_path)) == before  # nothing was written beside the files


def test_same_seed_same_mutants(originals):
    first = list(mutants(originals[:1], 20, 7))
    assert first == list(mutants(originals[:1], 20, 7))
    assert first != list(mutants(originals[:1], 20, 8))
    assert {name.partition("-")[2] for name, _ in first} == {mutation.__name__ for mutation in MUTATIONS}
