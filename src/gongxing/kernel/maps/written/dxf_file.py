"""DXF of release 2004 in the Chinese code page: areas without holes are closed polylines, others hatches, the label is the CAD layer."""

import codecs
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps.outcome import Column

MOST_LAYERS = 3000  # the library searches all layers for every shape, and no CAD shows more
_FORBIDDEN = re.compile(r'[<>/\\":;?*|=`,\x00-\x1f]')


def write(labels: Sequence[str], shapes: NDArray[Any], path: Path, put: Callable[..., None]) -> tuple[Reason, ...]:
    """Notes: export.only_label (no attributes in DXF), export.layer_renamed, export.left_out (rows without a shape)."""
    notes = [Reason.of("export.only_label")]
    names = [_FORBIDDEN.sub("_", label).strip()[:120] or "0" for label in labels]
    changed = sum(name != label for name, label in zip(names, labels, strict=True))
    if changed:
        notes.append(Reason.of("export.layer_renamed", n=str(changed)))
    if len(set(names)) > MOST_LAYERS:
        notes.append(Reason.of("export.layers_left_out", n=str(len(set(names))), limit=str(MOST_LAYERS)))
        names = ["0"] * len(names)
    kept = [at for at, shape in enumerate(shapes) if shape is not None]
    if len(kept) < len(shapes):
        notes.append(Reason.of("export.left_out", n=str(len(shapes) - len(kept))))
    drawn = np.empty(len(kept), dtype=object)
    drawn[:] = [_drawn(shapes[at]) for at in kept]
    put(path, "DXF", (Column("Layer"),), [(names[at],) for at in kept], drawn, None)
    _recode(path)
    return tuple(notes)


def _drawn(shape: Any) -> Any:
    if shape.geom_type == "Polygon" and not shapely.get_num_interior_rings(shape):
        return shapely.linestrings(shapely.get_coordinates(shape))
    return shape


def _recode(path: Path) -> None:
    """From what the library wrote (UTF-8 under a Western code page) to GBK under its own; other signs as AutoCAD escapes them (\\U+4DAE)."""
    text = path.read_bytes().decode("utf-8")
    text = re.sub(r"(\$DWGCODEPAGE\s+3\s+)[^\r\n]+", r"\g<1>ANSI_936", text, count=1)
    path.write_bytes(text.encode("gbk", "autocad"))


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be")
    return "".join(f"\\U+{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2)), error.end


codecs.register_error("autocad", _escaped)
