"""Presets: the numbers agreed on, when they apply, and their exchange as a file."""

from __future__ import annotations

import json

import pytest

from medviewer.core.presets import PRESETS, Preset, check_preset, presets_for, presets_from_json, presets_to_json
from medviewer.errors import SettingsError


def test_ct_keys_and_numbers() -> None:
    by_key = {p.key: (p.name, p.width, p.center) for p in PRESETS["CT"] if p.key}
    assert by_key == {
        "1": ("Brain", 80, 40),
        "2": ("Subdural", 200, 75),
        "3": ("Stroke", 40, 40),
        "4": ("Soft tissue", 400, 40),
        "5": ("Liver", 150, 90),
        "6": ("Mediastinum", 350, 50),
        "7": ("Lung", 1500, -600),
        "8": ("Bone", 2000, 400),
        "9": ("Angiography", 600, 200),
    }


def test_every_built_in_preset_is_usable_and_keys_are_unique() -> None:
    for group in PRESETS.values():
        keys = [p.key for p in group if p.key]
        assert len(keys) == len(set(keys))
        for preset in group:
            check_preset(preset)


def test_presets_wait_for_their_unit() -> None:
    assert len(presets_for(PRESETS, "CT", "HU")) == len(PRESETS["CT"])
    assert presets_for(PRESETS, "CT", "") == ()
    assert presets_for(PRESETS, "PT", "BQML") == ()
    suv = presets_for(PRESETS, "PT", "g/ml{SUVbw}")
    assert [(p.window.lower, p.window.upper, p.colour_map) for p in suv][:2] == [
        (0, 7, "inverse grey"),
        (0, 10, "hot-iron"),
    ]
    assert presets_for(PRESETS, "MR", "") == ()


def test_file_round_trip() -> None:
    mine = {"MR": (Preset(name="Näher <b>", center=300.5, width=12.25, key="3", colour_map="hot"),), "CT": ()}
    assert presets_from_json(presets_to_json(mine)) == mine
    assert presets_from_json(presets_to_json(PRESETS)) == dict(PRESETS)


def changed(**fields: object) -> bytes:
    content = json.loads(presets_to_json({"CT": (Preset(name="a", center=1, width=2),)}))
    content["presets"]["CT"][0].update(fields)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"medviewer_presets": 1}',
        b'{"medviewer_presets": 99, "presets": {}}',
        b'{"medviewer_presets": "1", "presets": {}}',
        b'{"medviewer_presets": 1, "presets": {"CT": 3}}',
        b"[" * 5000,
        changed(width=0),
        changed(width=-1),
        changed(width="wide"),
        changed(name=" "),
        changed(name="x" * 61),
        changed(key="0"),
        changed(key="12"),
        changed(function="CUBIC"),
        changed(extra=1),
        changed(width=float("inf")),
    ],
)
def test_bad_files_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(SettingsError) as told:
        presets_from_json(data)
    assert told.value.hint
    assert "Error" not in told.value.message


def test_a_file_with_thousands_of_presets_is_refused() -> None:
    many = {"CT": tuple(Preset(name=str(n), center=0, width=1) for n in range(501))}
    with pytest.raises(SettingsError, match="more than 500"):
        presets_from_json(presets_to_json(many))
