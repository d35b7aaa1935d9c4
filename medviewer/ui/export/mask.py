"""Export mask…: the layers of the active series that are ticked, and the mask of its recipe, as one file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from medviewer.services import exporting, label_layers
from medviewer.services.exporting import FORMATS, RECIPE, Format, Hindrance, MaskChoice, What, Work
from medviewer.services.workspace import Workspace
from medviewer.ui.export.frame import ExportFrame
from medviewer.ui.export.words import format_words, hindrance_words, patient_advice
from medviewer.ui.notifications import Notifications


class MaskExport(ExportFrame):
    """Asks for masks, format and place.

    Parameters
    ----------
    series_key : str
        Whose masks are offered; the one that tools paint on is ticked.
    """

    def __init__(
        self, workspace: Workspace, notifications: Notifications, series_key: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, notifications, "mask", parent)
        self._key = series_key
        active = label_layers.of(workspace).active(series_key)
        self._boxes: dict[str, QCheckBox] = {}
        choices = exporting.mask_choices(workspace, series_key)
        for choice in choices:
            box = QCheckBox(self._choice_words(choice), self)
            box.setObjectName(f"mask-{choice.id}")
            box.setEnabled(choice.hindrance is None)
            box.setChecked(choice.hindrance is None and (active is None or choice.id == active.id))
            box.toggled.connect(lambda _on: self.show_state())
            self.what_layout.addWidget(box)
            if choice.hindrance is not None:
                reason = QLabel(hindrance_words(choice.hindrance), self, wordWrap=True)
                reason.setProperty("role", "warn")
                reason.setContentsMargins(22, 0, 0, 0)
                self.what_layout.addWidget(reason)
            self._boxes[choice.id] = box
        if not choices:
            none = QLabel(self.tr("There is no mask on this series yet."), self, wordWrap=True)
            none.setProperty("role", "dim")
            self.what_layout.addWidget(none)
        for form in FORMATS[What.MASK]:
            self.formats.add(form.value, *format_words(What.MASK, form))
        for form in (Format.SEG, Format.RTSTRUCT):
            self.formats.hinder(form.value, hindrance_words(exporting.why_no_format(workspace, series_key, form)))
        self.finish_building(self.tr("Export mask"), self.tr("Export"))

    def _choice_words(self, choice: MaskChoice) -> str:
        if choice.id == RECIPE:
            return self.tr("The mask that the recipe makes")
        layer = label_layers.of(self.workspace).layer(choice.id)
        name = choice.name or self.tr("Mask {n}").format(n=choice.number)
        named = [label.name for label in layer.labels if label.name]
        return f"{name}: {', '.join(named)}" if named else name

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the masks that are ticked, the topmost first."""
        return tuple(one for one, box in self._boxes.items() if box.isChecked())

    def tick(self, mask_id: str, on: bool = True) -> None:
        """Tick a mask, or not."""
        self._boxes[mask_id].setChecked(on)

    # -- ExportFrame

    @property
    def form(self) -> Format:
        """The format that is chosen."""
        return Format(self.formats.chosen)

    def ending(self) -> str:
        return FORMATS[What.MASK][self.form]

    def endings(self) -> tuple[str, ...]:
        return tuple(FORMATS[What.MASK].values())

    def hindrance(self) -> str:
        reason = None if self.chosen else Hindrance.NO_MASK
        return hindrance_words(reason or exporting.why_no_format(self.workspace, self._key, self.form))

    def advice(self) -> str:
        if self.form in (Format.SEG, Format.RTSTRUCT):
            return patient_advice()
        if len(self.chosen) > 1:
            return self.tr("The masks come into one file, each with labels of its own; the upper one covers others.")
        return ""

    def work(self, path: Path) -> Work:
        return exporting.mask_job(self.workspace, self._key, self.chosen, self.form, path)

    def done_words(self) -> str:
        return self.tr("The mask was written.")
