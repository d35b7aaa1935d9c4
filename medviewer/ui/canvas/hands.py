"""How the user's hands are set: buttons, wheel, directions and speeds, read from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from medviewer.services.settings import Settings


@dataclass(frozen=True)
class Hands:
    """Settings that tools ask at every gesture.

    `invert_level`: dragging down darkens instead of brightens. `swap_axes`: width up and down, level left and right.
    """

    left: str = "window"
    middle: str = "pan"
    right: str = "zoom"
    wheel: str = "scroll"
    invert_level: bool = False
    swap_axes: bool = False
    gain: float = 1.0
    keep_tool: bool = False
    cine_fps: float = 15.0

    @classmethod
    def of(cls, settings: Settings) -> Hands:
        """The hands of the current settings."""
        mouse, shown = settings.mouse, settings.display
        return cls(
            mouse.left,
            mouse.middle,
            mouse.right,
            mouse.wheel,
            shown.window_invert_level,
            shown.window_swap_axes,
            shown.window_gain,
            shown.keep_tool,
            shown.cine_fps,
        )

    def of_button(self, button: str) -> str:
        """The tool of ``"left"``, ``"middle"`` or ``"right"``."""
        return {"left": self.left, "middle": self.middle, "right": self.right}[button]
