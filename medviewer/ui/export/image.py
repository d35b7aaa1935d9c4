"""Export image…: the series of the active pane as it is stored, or as its recipe makes it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QRadioButton, QWidget

from medviewer.core.display import Appearance
from medviewer.document.changes import Change, Flags
from medviewer.services import exporting, processing
from medviewer.services.exporting import FORMATS, Format, Hindrance, What, Work
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace
from medviewer.ui.export.frame import ExportFrame
from medviewer.ui.export.words import format_words, hindrance_words, patient_advice
from medviewer.ui.notifications import Notifications
from medviewer.ui.theme import GRID


class ImageExport(ExportFrame):
    """Asks for image, format and place.

    Parameters
    ----------
    series_key : str
        What is exported; it stays the same whatever the panes show meanwhile.
    look : Appearance
        Window of the pane, for pictures.
    processed : bool
        Whether the processed image is proposed.
    """

    def __init__(
        self,
        workspace: Workspace,
        notifications: Notifications,
        series_key: str,
        look: Appearance,
        processed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(workspace, notifications, "image", parent)
        self._key, self._look = series_key, look
        self._processing = processing.of(workspace)
        self._original = QRadioButton(self.tr("The original: {series}").format(series=self._series_words()), self)
        self._original.setObjectName("export-original")
        self._processed = QRadioButton(self.tr("The processed image: {steps}").format(steps=self._steps()), self)
        self._processed.setObjectName("export-processed")
        self._reason = QLabel(self, wordWrap=True)
        self._reason.setProperty("role", "small")
        self._all = QPushButton(self.tr("Process all slices"), self)
        self._all.setObjectName("export-process-all")
        self._all.clicked.connect(self._process_all)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._reason, 1)
        row.addWidget(self._all)
        for widget in (self._original, self._processed):
            self.what_layout.addWidget(widget)
            widget.toggled.connect(lambda _on: self.show_state())
        self.what_layout.addLayout(row)
        self._original.setChecked(True)
        for form in FORMATS[What.IMAGE]:
            self.formats.add(form.value, *format_words(What.IMAGE, form))
        reason = exporting.why_no_format(workspace, series_key, Format.DICOM)
        self.formats.hinder(Format.DICOM.value, hindrance_words(reason))
        if self._processing.is_active(series_key) and processed:
            self._processed.setChecked(True)
        loaded = workspace.loaded(series_key)
        self._disconnect = [
            self._processing.changed.connect(self._news),
            self._processing.progressed.connect(self._news),
            workspace.document.changed.connect(self._document_changed),
        ]
        if loaded is not None:
            self._disconnect.append(loaded.changed.connect(lambda _span: self.guard(self.show_state)()))
        self.destroyed.connect(lambda _none=None, calls=self._disconnect: [call() for call in calls])
        self.finish_building(self.tr("Export image"), self.tr("Export"))

    def _loaded(self) -> LoadedSeries | None:
        return self.workspace.loaded(self._key)

    def _series_words(self) -> str:
        series = self.workspace.series_by_key(self._key)
        loaded = self._loaded()
        words = [series.modality, series.description] if series is not None else []
        if loaded is not None and loaded.is_open:
            n = loaded.image.n_slices
            words.append(self.tr("1 slice") if n == 1 else self.tr("{n} slices").format(n=n))
        return " · ".join(word for word in words if word)

    def _steps(self) -> str:
        from medviewer.ui.step_list import step_words

        steps = self.workspace.document.state.recipes.get(self._key, ())
        return ", ".join(step_words(step, "mm")[0] for step in steps if step.on) or self.tr("no step is on")

    @property
    def is_processed(self) -> bool:
        """Whether the processed image was chosen."""
        return self._processed.isChecked()

    def _document_changed(self, change: Change) -> None:
        if Flags.RECIPE in change.flags and self._key in change.series_keys:
            self.guard(self._recipe_changed)()

    def _recipe_changed(self) -> None:
        self._processed.setText(self.tr("The processed image: {steps}").format(steps=self._steps()))
        self.show_state()

    def _news(self, series_key: str) -> None:
        if series_key == self._key:
            self.guard(self.show_state)()

    def _process_all(self) -> None:
        self._processing.process_all(self._key, self.tr("Process all slices"))
        self.show_state()

    # -- ExportFrame

    @property
    def form(self) -> Format:
        """The format that is chosen."""
        return Format(self.formats.chosen)

    def ending(self) -> str:
        loaded = self._loaded()
        n = loaded.image.n_slices if loaded is not None and loaded.is_open else 1
        folder = exporting.needs_folder(What.IMAGE, self.form, n)
        return "" if folder else FORMATS[What.IMAGE][self.form]

    def endings(self) -> tuple[str, ...]:
        return tuple(FORMATS[What.IMAGE].values())

    def hindrance(self) -> str:
        return hindrance_words(
            exporting.why_no_image(self.workspace, self._key, processed=self.is_processed)
            or exporting.why_no_format(self.workspace, self._key, self.form)
        )

    def advice(self) -> str:
        if self.form is Format.DICOM:
            return patient_advice()
        if not self.ending():
            return self.tr("The pictures come into a folder of their own.")
        return ""

    def work(self, path: Path) -> Work:
        return exporting.image_job(
            self.workspace, self._key, self.form, path, processed=self.is_processed, look=self._look
        )

    def done_words(self) -> str:
        return self.tr("The image was written.")

    def show_state(self) -> None:
        super().show_state()
        if not self._is_built:
            return
        active = self._processing.is_active(self._key)
        self._processed.setEnabled(active)
        if not active and self._processed.isChecked():
            self._original.setChecked(True)
        why = exporting.why_no_image(self.workspace, self._key, processed=True)
        progress = self._processing.progress(self._key)
        self._all.setVisible(why is Hindrance.UNPROCESSED)
        self._all.setEnabled(not progress.running)
        words = hindrance_words(why) if why in (Hindrance.UNPROCESSED, Hindrance.NO_RECIPE) else ""
        if progress.running:
            words = self.tr("Processing all slices: {percent} %").format(percent=round(100 * progress.fraction))
        elif progress.error is not None:
            from medviewer.ui.told import told

            words = told(str(progress.error))
        self._reason.setText(words)
        self._reason.setVisible(bool(words))
