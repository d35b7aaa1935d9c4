"""Networks offered as operations. Torch is imported when one runs, never when it is declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from medviewer.core.image import Image, Rescale
from medviewer.lab import runtime
from medviewer.lab.inference import run_slicewise
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step

RATE = 0.2
"""Share of the differences to the four neighbours that one layer takes away; stable up to 0.25."""


@dataclass(frozen=True)
class DiffusionParams:
    """Parameters of the diffusion network."""

    layers: Annotated[
        int,
        Range(1, 50),
        Label(QT_TRANSLATE_NOOP("Operations", "Layers")),
        Help(QT_TRANSLATE_NOOP("Operations", "More layers smooth further; each layer reaches one pixel.")),
    ] = 5
    contrast: Annotated[
        float,
        Range(0.01, 10000.0),
        Step(0.01),
        Label(QT_TRANSLATE_NOOP("Operations", "Edge contrast")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Differences well below this are smoothed away, those well above stay. In the unit of the image, "
                "for a CT in HU.",
            )
        ),
    ] = 50.0


class DiffusionNetwork:
    """Perona-Malik diffusion as a residual convolutional network, one layer per iteration.

    A layer is a convolution 1 → 4 (differences to the four neighbours), the non-linearity ``d · exp(-(d / K)²)``,
    and a convolution 4 → 1 that adds the results to its input. The weights follow from the equation and are not
    learned. Outside the image, and at pixels that are NaN, nothing flows.

    Parameters
    ----------
    layers : int
        Number of iterations.
    contrast : float
        K, in the unit of the values, for pixels of the smaller spacing.
    spacing_xy_mm : (float, float)
        Differences are taken per length: along the wider spacing they count less, ``(s_min / s)²`` in all.
    """

    def __init__(self, layers: int, contrast: float, spacing_xy_mm: tuple[float, float]) -> None:
        torch = runtime.load_torch()

        class Layer(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                super().__init__()
                smallest = min(spacing_xy_mm)
                along_x, along_y = (smallest / s for s in spacing_xy_mm)
                differences = torch.zeros(4, 1, 3, 3)
                sums = torch.zeros(1, 4, 1, 1)
                for n, (y, x, ratio) in enumerate(
                    ((0, 1, along_y), (2, 1, along_y), (1, 0, along_x), (1, 2, along_x))
                ):
                    differences[n, 0, y, x], differences[n, 0, 1, 1] = ratio, -ratio
                    sums[0, n, 0, 0] = RATE * ratio
                self.register_buffer("differences", differences)
                self.register_buffer("sums", sums)

            def forward(self, x: Any) -> Any:
                conv2d = torch.nn.functional.conv2d
                padded = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="replicate")
                valid = torch.isfinite(padded)
                complete = bool(valid.all())
                d = conv2d(padded if complete else torch.where(valid, padded, 0.0), self.differences)
                if not complete:  # nothing flows between two pixels of which one has no value
                    pairs = conv2d(valid.to(d.dtype), (self.differences != 0).to(d.dtype))
                    d = torch.where(pairs == 2, d, 0.0)
                flow = d * torch.exp(-((d / contrast) ** 2))
                return x + conv2d(flow, self.sums)

        layer = Layer().eval()
        self._blocks = [layer] * layers

    @property
    def blocks(self) -> Sequence[Any]:
        """The same layer, `layers` times."""
        return self._blocks

    @property
    def reach_px(self) -> int:
        """One pixel per layer."""
        return len(self._blocks)


@operation(
    id="network.diffusion",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Networks"),
    title=QT_TRANSLATE_NOOP("Operations", "Diffusion network (demonstration)"),
    lane="torch:cpu",
    halo_px=lambda p: int(p.layers),
)
def diffusion(image: Image, params: DiffusionParams, ctx: Context) -> Image:
    """Smooths noise within regions and keeps their edges, slice by slice.

    A demonstration of a network as an operation: a convolutional network whose weights are set by the equation of
    Perona and Malik and were not learned from data, so that its result can be checked by hand.

    The result holds modality values as 32-bit floating-point numbers on the same grid; padding becomes "not a
    number" and takes no part.

    Parameters
    ----------
    image : Image
        Grey; not changed.
    params : DiffusionParams
        Number of layers and edge contrast.
    ctx : Context
        Looked at after each layer, told of each slice.

    Returns
    -------
    Image
        float32 modality values, no rescale, padding as NaN.

    Notes
    -----
    Perona and Malik, Scale-space and edge detection using anisotropic diffusion, IEEE PAMI 12(7), 1990, equation 7
    with the exponential conductance; as a network: Chen and Pock, Trainable nonlinear reaction diffusion, IEEE PAMI
    39(6), 2017.
    """
    sx, sy, _ = image.geometry.spacing_xyz_mm
    array = run_slicewise(lambda: DiffusionNetwork(params.layers, params.contrast, (sx, sy)), image, ctx)
    return replace(image, array=array, rescale=Rescale(), padding=None)


OPERATIONS: tuple[Operation, ...] = (diffusion,)
