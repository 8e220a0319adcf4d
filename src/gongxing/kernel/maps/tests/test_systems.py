"""Coordinate systems of China, each number against PROJ, and what is read from bare numbers."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import guessing, systems
from gongxing.kernel.maps.outcome import Place
from gongxing.kernel.maps.tests.making import COUNTY

ZONES = [*range(13, 24), *range(25, 46)]
NAMES = {systems.CGCS2000: "CGCS2000", systems.XIAN80: "Xian 1980", systems.BEIJING54: "Beijing 1954"}


@pytest.mark.parametrize("datum", list(systems.FAMILIES))
def test_every_code_is_what_proj_says(datum: str) -> None:
    for zone in ZONES:
        for prefix in (True, False):
            code = systems.zone_code(datum, zone, prefix=prefix)
            one = systems.system(str(code))
            meridian = zone * 3 if zone >= 25 else zone * 6 - 3
            assert (one.datum, one.kind, one.meridian) == (datum, systems.ZONE, meridian), code
            assert one.prefix == (zone if prefix else 0) and one.width == (3 if zone >= 25 else 6), code
            assert NAMES[datum] in CRS.from_epsg(code).name


def test_zones_by_longitude() -> None:
    assert [systems.zone_of(lon) for lon in (106.49, 107.49, 108.0, 109.49, 109.5, 111.0)] == [35, 36, 36, 36, 37, 37]
    assert systems.zones_for(108.8, 109.62) == (36, 37)


@pytest.mark.parametrize(
    "text", ["", "EPSG:1", "nonsense", "4978", "+proj=longlat +nadgrids=/etc/passwd", 'LOCAL_CS["x"]']
)
def test_what_is_no_system_on_a_map_is_refused(text: str) -> None:
    with pytest.raises(Fault) as fault:
        systems.system(text)
    assert fault.value.code == "system.unknown"


@pytest.mark.parametrize("code", [4524, 4545, 2360, 4490, 4610, 32649])
def test_the_words_of_arcgis_are_understood(code: int) -> None:
    assert systems.system(CRS.from_epsg(code).to_wkt("WKT1_ESRI")).key == f"EPSG:{code}"


def test_an_old_ellipsoid_under_no_name_is_an_old_system() -> None:
    text = (
        CRS.from_epsg(2433)
        .to_wkt("WKT1_ESRI")
        .replace("D_Beijing_1954", "D_Unknown")
        .replace("GCS_Beijing_1954", "GCS_Unknown")
    )
    assert systems.system(text.replace("Beijing_1954_", "Local_")).old


@settings(max_examples=30, deadline=None)
@given(st.floats(74, 134), st.floats(18, 53), st.booleans(), st.booleans())
def test_a_place_is_found_again_from_its_numbers(lon: float, lat: float, prefix: bool, swapped: bool) -> None:
    zone = systems.zone_of(lon)
    code = systems.zone_code(systems.CGCS2000, zone, prefix=prefix)
    x, y = Transformer.from_crs(4490, code, always_xy=True).transform(lon, lat)
    pairs = np.array([[y, x] if swapped else [x, y]])
    form = guessing.form_of(pairs)
    assert (form.kind, form.swapped, form.zone) == (
        guessing.PREFIXED if prefix else guessing.BARE,
        swapped,
        zone if prefix else 0,
    )
    best = guessing.candidates(pairs, Place(lon - 0.2, lat - 0.2, lon + 0.2, lat + 0.2))[0]
    assert best.value == f"EPSG:{code}" + (systems.SWAPPED if swapped else "")
    assert (best.lon, best.lat) == pytest.approx((lon, lat), abs=1e-8)


def test_there_and_back_moves_nothing() -> None:
    shapes = np.array([shapely.box(109.2, 22.6, 109.3, 22.7), None], dtype=object)
    for code in (4524, 4545, 4546, 3857):
        back = systems.to_lonlat(systems.from_lonlat(shapes, f"EPSG:{code}"), f"EPSG:{code}")
        assert back[1] is None and shapely.hausdorff_distance(shapes[0], back[0]) < 1e-10


def test_the_six_degree_zone_of_the_same_meridian_is_the_same_system() -> None:
    """No candidate of six degrees is needed without a prefix: its numbers are those of three degrees."""
    pair = np.array([[109.9, 22.6]])
    three, six = (Transformer.from_crs(4490, code, always_xy=True).transform(*pair[0]) for code in (4546, 4508))
    assert three == six


def test_without_a_place_bare_eastings_have_no_suggestion() -> None:
    pairs = np.array([[623_000.0, 2_500_000.0]])
    question = guessing.asking(Reason.of("system.unnamed"), pairs, None)
    assert question.suggested == "" and len(question.choices) == 20  # the 21st would lie in the sea of Japan
    assert guessing.asking(Reason.of("system.unnamed"), pairs, COUNTY).suggested == "EPSG:4545"


def test_numbers_of_a_local_system_have_no_candidate() -> None:
    assert guessing.candidates(np.array([[1234.5, 876.1]]), COUNTY) == []
