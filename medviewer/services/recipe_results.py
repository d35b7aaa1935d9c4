"""What a recipe makes beside the image, brought to the window: its mask over the panes, its table to the tables."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from medviewer.core.labels import LabelMap
from medviewer.document.changes import Change, Flags
from medviewer.document.state import Plane, Step
from medviewer.errors import InputError
from medviewer.services import label_layers, processing, result_tables
from medviewer.services.label_values import Preview
from medviewer.services.workspace import Workspace

ORIGIN = "recipe"


class RecipeResults:
    """Follows the processing of a workspace.

    Parameters
    ----------
    table_name : callable
        The name of the table that an operation (its id) makes, translated.
    """

    def __init__(self, workspace: Workspace, table_name: Callable[[str], str]) -> None:
        self._workspace_ref = weakref.ref(workspace)
        self._table_name = table_name
        self._layers = label_layers.of(workspace)
        self._processing = processing.of(workspace)
        self._shown: set[str] = set()
        self._kept: dict[str, tuple[tuple[Step, ...], str]] = {}  # series to steps and the layer made of their mask
        self._disconnect = [
            self._processing.changed.connect(self._processed),
            workspace.document.changed.connect(self._document_changed),
        ]

    @property
    def _workspace(self) -> Workspace:
        workspace = self._workspace_ref()
        assert workspace is not None
        return workspace

    def _document_changed(self, change: Change) -> None:
        looks = Flags.VIEW | Flags.SERIES | Flags.INDEX | Flags.RECIPE | Flags.LAYERS | Flags.RESET
        if change.flags & looks:
            views = self._workspace.document.state.layout.views
            for key in {view.series_key for view in views if view.series_key} | self._shown:
                self._show(key, Flags.RECIPE in change.flags and key in change.series_keys)

    def _processed(self, series_key: str) -> None:
        self._show(series_key, True)
        scene = self._processing.scene(series_key)
        if scene is None:
            return
        for operation_id, table in scene.tables.items():
            name = self._table_name(operation_id)
            result_tables.of(self._workspace).put(name, table, series_key, f"{ORIGIN} {operation_id}")

    def _show(self, series_key: str, fresh: bool) -> None:
        """Put the mask of the recipe over the series, or take it away."""
        views = self._workspace.document.state.layout.views
        wanted = (
            self._processing.is_active(series_key)
            and any(view.series_key == series_key and view.show_processed for view in views)
            and not self._is_kept(series_key)
        )
        if not wanted:
            if series_key in self._shown:
                self._shown.discard(series_key)
                self._layers.set_preview(series_key, None)
            return
        if fresh or series_key not in self._shown:
            self._shown.add(series_key)
            self._layers.set_preview(series_key, self._preview(series_key))

    def _is_kept(self, series_key: str) -> bool:
        """Whether a layer shows the mask of the present steps already; two tints would look like two masks."""
        state = self._workspace.document.state
        steps, layer_id = self._kept.get(series_key, ((), ""))
        return state.recipes.get(series_key, ()) == steps and any(layer.id == layer_id for layer in state.layers)

    def _preview(self, series_key: str) -> Preview:
        at_work = self._processing

        def values(plane: Plane, index: int) -> NDArray[Any] | None:
            found = at_work.processed_slice(series_key, plane, index)
            return None if found is None or found.mask is None else found.mask.values

        scene = at_work.scene(series_key)
        labels = scene.labels.labels if scene is not None and scene.labels is not None else ()
        return Preview(values, labels)

    def mask(self, series_key: str) -> LabelMap:
        """The recipe's mask of the whole series.

        Raises
        ------
        InputError
            Before all slices are processed, or when no step makes a mask.
        """
        scene = self._processing.scene(series_key)
        if scene is None:
            raise InputError("The mask is known for the slices you have seen only.", "Process all slices first.")
        if scene.labels is None:
            raise InputError("No step of this recipe makes a mask.", "Add a threshold, for example.")
        return scene.labels

    def keep_mask(self, series_key: str, name: str = "") -> str:
        """Take the recipe's mask over as a layer that can be painted on; one undo entry.

        Returns
        -------
        str
            Id of the layer, which comes in the background.

        Raises
        ------
        InputError
            See `mask`.
        """
        layer_id = self._layers.add_from(self.mask(series_key), series_key, name)
        self._kept[series_key] = self._workspace.document.state.recipes.get(series_key, ()), layer_id
        self._show(series_key, False)
        return layer_id
