"""The left navigation: the base on top, then 谋招落批建服考 in their order, opened or still quiet, and only what one may open as links."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import Permissions
from gongxing.kernel.pages import extra
from gongxing.kernel.pages.extra import ExtraPage, declare_page, extra_pages
from gongxing.kernel.testing.office import Office
from gongxing.site import menu

LogIn = Callable[[str], Client]
SEVEN = "谋招落批建服考"


def side(client: Client, path: str = "/l/firms-firm/") -> str:
    page = client.get(path).content.decode()
    return page[page.index('id="side"') : page.index('<main class="gx-main"')]


def test_the_seven_stages_stand_in_their_order_below_the_base(office: Office, client_of: LogIn) -> None:
    drawn = side(client_of("gongxin"))
    seals = re.findall(r'<span class="gx-seal"[^>]*>(.)</span>', drawn)
    assert "".join(seals) == SEVEN
    assert drawn.index("企业") < drawn.index("产业谋划")
    assert drawn.index("考核评价") < drawn.index("时限")
    later = re.findall(r'<div class="gx-h is-later">.*?</div>', drawn)
    assert len(later) == 4  # 谋, 落 and 批 have pages
    assert not any("<a" in one for one in later)


def test_a_stage_that_has_a_page_becomes_a_heading_with_links(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra, "_pages", {one.url_name: one for one in extra_pages()})
    declare_page(ExtraPage("链图", "jobs", "sitemap", "谋", "firms.firm"))
    menu.groups_for.cache_clear()
    menu._drawn.cache_clear()
    try:
        drawn = side(client_of("gongxin"), "/jobs/")
        assert '<a class="gx-nav on" href="/jobs/" aria-current="page">' in drawn
        assert drawn.count("is-later") == 4
        assert "is-later" in side(client_of("nobody"))
        assert "链图" not in side(client_of("nobody"), "/")
    finally:
        menu.groups_for.cache_clear()
        menu._drawn.cache_clear()


def test_only_what_one_may_open_is_a_link(office: Office, client_of: LogIn) -> None:
    assert 'href="/l/firms-firm/"' in side(client_of("gongxin"))
    assert 'href="/l/org-user/"' not in side(client_of("gongxin"))
    assert 'href="/l/firms-firm/"' not in side(client_of("nobody"), "/")
    Grant.objects.filter(post=office.posts["gongxin"]).delete()
    assert 'href="/l/firms-firm/"' not in side(client_of("gongxin"), "/")  # at once, not at the next start


def test_the_menu_speaks_the_pages_language(office: Office, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert "产业谋划" in side(client)
    client.post("/language/", {"language": "en"})
    english = side(client)
    assert "产业谋划" not in english
    assert "".join(re.findall(r'<span class="gx-seal"[^>]*>(.)</span>', english)) == SEVEN


def test_permissions_can_be_keys() -> None:
    assert hash(Permissions(True, frozenset())) == hash(Permissions(True, frozenset()))
