"""Corners as a table: parcel, ring, order, then X (north) and Y (east) of a zone, or longitude and latitude."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps.systems import GEOGRAPHIC, System

DANGEROUS = ("=", "+", "-", "@")


def write(labels: Sequence[str], shapes: NDArray[Any], system: System, path: Path) -> tuple[Reason, ...]:
    """Every ring ends where it began. Notes: export.only_label, export.label_twice, export.left_out."""
    notes = [Reason.of("export.only_label")]
    degrees = system.kind == GEOGRAPHIC
    heads = ("经度", "纬度") if degrees else ("X", "Y")
    used: dict[str, int] = {}
    without = 0
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        sheet = csv.writer(handle)
        sheet.writerow(("地块编号", "圈号", "点序", *heads))
        for label, shape in zip(labels, shapes, strict=True):
            if shape is None:
                without += 1
                continue
            used[label] = used.get(label, 0) + 1
            name = label if used[label] == 1 else f"{label}#{used[label]}"
            shown = f"'{name}" if name.startswith(DANGEROUS) else name
            for ring, corners in enumerate(_rings(shape), start=1):
                for order, (x, y) in enumerate(corners, start=1):
                    pair = (f"{x:.10f}", f"{y:.10f}") if degrees else (f"{y:.4f}", f"{x:.4f}")
                    sheet.writerow((shown, ring, order if order < len(corners) else 1, *pair))
    twice = sum(count > 1 for count in used.values())
    if twice:
        notes.append(Reason.of("export.label_twice", n=str(twice)))
    if without:
        notes.append(Reason.of("export.left_out", n=str(without)))
    return tuple(notes)


def _rings(shape: Any) -> list[list[list[float]]]:
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings += [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(part)]
        else:
            rings.append(shapely.get_coordinates(part).tolist())
    return rings
