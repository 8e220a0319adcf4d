"""Template tags: icons of the sprite and state shapes, always with their words beside them."""

from django import template

from gongxing.kernel.pages import marks

register = template.Library()


register.simple_tag(marks.icon)
register.simple_tag(marks.shape)


@register.filter
def at(mapping: object, key: str) -> object:
    """The value under a key, "" when there is none."""
    return mapping.get(key, "") if isinstance(mapping, dict) else ""
