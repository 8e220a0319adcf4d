"""Template tags: icons of the sprite and state shapes, always with their words beside them."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
STATE_SHAPES = {"fill": "now", "info": "now", "": "idle"}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; ``size`` s for small. Hidden from screen readers: words stand beside it."""
    more = f" gx-i--{size}" if size else ""
    return format_html(
        '<svg class="gx-i{}" aria-hidden="true"><use href="{}#{}"/></svg>', more, static("vendor/icons.svg"), name
    )


@register.simple_tag
def shape(state: str, size: str = "", drawing: str = "") -> SafeString:
    """The shape of a state (good, warn, bad, idle, vow, fill); ``drawing`` another drawing in that colour (due)."""
    more = f" gx-s--{size}" if size else ""
    name = drawing or STATE_SHAPES.get(state, state)
    return format_html(
        '<svg class="gx-s{} is-{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        more, state or "idle", static("gx/states.svg"), name,
    )  # fmt: skip


@register.filter
def at(mapping: object, key: str) -> object:
    """The value under a key, "" when there is none."""
    return mapping.get(key, "") if isinstance(mapping, dict) else ""
