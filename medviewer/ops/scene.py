"""What a recipe hands from step to step: the image, the mask beside it, masks put aside, and a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, resample_labels, same_grid
from medviewer.core.table import Table


@dataclass(frozen=True, eq=False)
class Scene:
    """The state of a recipe between two steps.

    Attributes
    ----------
    image : Image
        The result of the steps so far.
    original : Image
        What the recipe began with: numbers are measured on it unless asked otherwise.
    labels : LabelMap or None
        The mask, on the grid of `image`.
    kept : mapping of str to LabelMap
        Masks put aside under a name, on the grid of `image`.
    tables : mapping of str to Table
        Measurements by the id of the operation that made them, the latest last.
    """

    image: Image
    original: Image
    labels: LabelMap | None = None
    kept: Mapping[str, LabelMap] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)

    @property
    def table(self) -> Table | None:
        """The latest measurements."""
        return next(reversed(list(self.tables.values())), None)

    def with_table(self, operation_id: str, table: Table) -> Scene:
        """With further measurements; those of the same operation are replaced."""
        return replace(
            self, tables={**{k: t for k, t in self.tables.items() if k != operation_id}, operation_id: table}
        )

    @classmethod
    def of(cls, image: Image, labels: LabelMap | None = None) -> Scene:
        """The scene that a recipe begins with."""
        return cls(image, image, labels)

    @property
    def nbytes(self) -> int:
        """Bytes of its voxels, the original's left out."""
        arrays = {id(m.array): m.array.nbytes for m in (*self.kept.values(), *filter(None, [self.labels]))}
        if self.image is not self.original:
            arrays[id(self.image.array)] = self.image.array.nbytes
        return sum(arrays.values())

    def measured_on(self, original: bool = True) -> Image:
        """The image that numbers inside the mask come from.

        Parameters
        ----------
        original : bool
            The original where it lies on the grid of the mask, else the result of the steps.
        """
        return self.original if original and same_grid(self.original, self.image) else self.image

    def with_image(self, image: Image) -> Scene:
        """Another image; masks are brought onto its grid."""
        if same_grid(image, self.image):
            return replace(self, image=image)
        labels = None if self.labels is None else resample_labels(self.labels, image)
        kept = {name: resample_labels(mask, image) for name, mask in self.kept.items()}
        return replace(self, image=image, labels=labels, kept=kept)
