"""Small map files of parcels, made while a test runs."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyogrio import raw

from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.maps.systems import from_lonlat

WEST, SOUTH, STEP = 109.25, 22.70, 0.002
NUMBERS = ("A-01", "A-02", "A-03")


def squares(n: int = 3, west: float = WEST, south: float = SOUTH) -> list[Any]:
    """Squares in a row, a street apart."""
    return [shapely.box(west + at * STEP, south, west + at * STEP + 0.0015, south + 0.0012) for at in range(n)]


def shapefile(
    folder: Path,
    shapes: Sequence[Any],
    columns: Mapping[str, Sequence[Any]],
    code: int = 4545,
    encoding: str = "GBK",
    without: Sequence[str] = (),
    claimed: int = 0,
) -> bytes:
    """A ZIP with the parts of a shapefile; ``claimed`` is the code its .prj says instead of the true one."""
    moved = from_lonlat(np.array(list(shapes), dtype=object), f"EPSG:{code}")
    values = [np.array(list(cells), dtype=object if isinstance(cells[0], str) else None) for cells in columns.values()]
    raw.write(
        str(folder / "dk.shp"), np.array([one.wkb for one in moved], dtype=object), values, list(columns), driver="ESRI Shapefile",
        geometry_type="Polygon", crs=f"EPSG:{claimed or code}", encoding=encoding,
    )  # fmt: skip
    if encoding == "GBK":
        (folder / "dk.cpg").write_text("GBK")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.glob("dk.*")):
            if path.suffix[1:] not in without:
                archive.write(path, f"地块.{path.suffix[1:]}")
            path.unlink()
    return buffer.getvalue()


def sent(client: Client, content: bytes, name: str = "地块.zip", slug: str = "land-parcel") -> str:
    """Upload; the address of the page that follows."""
    answer = client.post(f"/land/files/import/{slug}/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def page(client: Client, url: str) -> str:
    return str(client.get(url).content.decode())


def body(client: Client, url: str) -> bytes:
    """A file that is sent in pieces."""
    answer: Any = client.get(url)
    return b"".join(answer.streaming_content)


def gone_on(client: Client, url: str, **posted: str) -> ImportSession:
    """Look, press «继续核对», open the preview, run the check."""
    page(client, url)
    answer = client.post(url, {"act": "go", **posted})
    assert answer.status_code == 302, answer.content.decode()
    client.get(answer.headers["Location"])
    run_jobs()
    return ImportSession.objects.order_by("-pk")[0]


def accepted(client: Client, session: ImportSession) -> ImportSession:
    """Press «写入»."""
    client.post(f"/imports/{session.pk}/write/")
    run_jobs()
    return ImportSession.objects.get(pk=session.pk)


def run_jobs() -> None:
    while run_next():
        pass
