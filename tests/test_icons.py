"""Every icon a page names is in the list the sprite is made of at set-up: a name left out is an empty gap on every fresh machine."""

import re
from pathlib import Path

from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.ledger.declare import all_ledgers
from gongxing.kernel.pages.extra import extra_pages

SOURCES = Path(__file__).resolve().parents[1] / "src" / "gongxing"
NAMED = re.compile(r'{% icon "([a-z0-9-]+)"')


def test_every_icon_named_is_in_the_sprite() -> None:
    listed = (SOURCES / "site" / "static" / "icons.txt").read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))
    named = {name for path in SOURCES.rglob("*.html") for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    named |= {one.icon for one in (*all_ledgers(), *all_actions(), *extra_pages()) if one.icon}
    assert len(named) > 60
    assert named - set(listed) == set()
