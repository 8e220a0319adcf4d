"""Icons of the sprite and shapes of states as markup. Always with their words beside them: they are hidden from screen readers."""

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

STATE_SHAPES = {"fill": "now", "info": "now", "": "idle"}


@cache
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; ``size`` s for small."""
    more = f" gx-i--{size}" if size else ""
    return format_html(
        '<svg class="gx-i{}" aria-hidden="true"><use href="{}#{}"/></svg>', more, static("vendor/icons.svg"), name
    )


@cache
def shape(state: str, size: str = "", drawing: str = "") -> SafeString:
    """The shape of a state (good, warn, bad, idle, vow, fill); ``drawing`` another drawing in that colour (due)."""
    more = f" gx-s--{size}" if size else ""
    name = drawing or STATE_SHAPES.get(state, state)
    return format_html(
        '<svg class="gx-s{} is-{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        more, state or "idle", static("gx/states.svg"), name,
    )  # fmt: skip
