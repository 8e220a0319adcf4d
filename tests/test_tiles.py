"""The base map: pages may fetch pictures from its one host and from no other; without one from none."""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse

from gongxing.site.config import Config, ConfigError, tile_host
from gongxing.site.middleware import SecurityHeaders

TILES = "https://t0.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&TILEMATRIX={z}&TILECOL={x}&TILEROW={y}&tk=0"


def test_the_host_of_the_tiles_is_taken_from_their_address() -> None:
    assert tile_host(Config()) == ""
    assert tile_host(Config(wmts_url=TILES)) == "https://t0.tianditu.gov.cn"
    assert tile_host(Config(wmts_url="http://10.1.2.3:8080/{z}/{x}/{y}.png")) == "http://10.1.2.3:8080"


@pytest.mark.parametrize(
    "address",
    [
        "tiles",
        "ftp://a/{z}/{x}/{y}",
        "https://a/{z}/{x}",
        "https://*/{z}/{x}/{y}",
        "https://a; script-src */{z}/{x}/{y}",
        "https://{a-c}.b/{z}/{x}/{y}",
    ],
)
def test_what_is_no_address_of_tiles_is_refused_by_name(address: str) -> None:
    with pytest.raises(ConfigError, match="wmts_url"):
        tile_host(Config(wmts_url=address))


@pytest.mark.parametrize(
    ("host", "said"),
    [("", "img-src 'self' data: blob:;"), ("https://t0.x.cn", "img-src 'self' data: blob: https://t0.x.cn;")],
)
def test_the_policy_names_that_host_for_pictures_alone(settings: LazySettings, host: str, said: str) -> None:
    settings.TILE_HOST = host
    policy = SecurityHeaders(lambda request: HttpResponse())(HttpRequest()).headers["Content-Security-Policy"]
    assert said in policy
    assert policy.count("t0.x.cn") == (1 if host else 0)
