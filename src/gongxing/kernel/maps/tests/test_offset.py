"""The offset of public web maps: seen against a known layer, taken back to a millimetre, never suspected where there is none."""

import numpy as np
import pytest
import shapely

from gongxing.kernel.maps import offset

PARCELS = np.array(
    [shapely.box(109.2 + 0.02 * n, 22.6, 109.206 + 0.02 * n, 22.604) for n in range(6)] + [None], dtype=object
)


def test_a_known_point() -> None:
    """The shift at Tiananmen that every published implementation gives."""
    lon, lat = offset.shifted(np.array([[116.397389, 39.908722]]))[0]
    assert (lon, lat) == pytest.approx((116.403633, 39.910126), abs=2e-5)


def test_shifted_shapes_are_suspected_and_taken_back() -> None:
    drawn = np.asarray(shapely.transform(PARCELS, offset.shifted), dtype=object)
    reason = offset.suspected(drawn, PARCELS)
    assert reason is not None and 300 < float(reason.details["offset_m"]) < 700 and reason.details["after"] == "100"
    back = offset.taken_back(drawn)
    assert float(np.nanmax(shapely.hausdorff_distance(back, PARCELS))) < 1e-8


def test_right_shapes_and_strangers_are_not_suspected() -> None:
    assert offset.suspected(PARCELS, PARCELS) is None
    assert offset.suspected(PARCELS, np.array([shapely.box(109.0, 22.0, 109.5, 23.0)], dtype=object)) is None
    assert offset.suspected(PARCELS, np.array([], dtype=object)) is None
