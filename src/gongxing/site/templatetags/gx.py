"""Template tags: icons of the sprite and state shapes, always with their words beside them; parts that never change."""

from collections.abc import Iterable

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.translation import get_language, gettext

from gongxing.kernel.pages import marks

register = template.Library()


register.simple_tag(marks.icon)
register.simple_tag(marks.shape)


class Still(Node):
    """A part that depends on nothing but the language: drawn once for each language and process."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._drawn: dict[str, str] = {}

    def render(self, context: Context) -> str:
        language = get_language() or ""
        if language not in self._drawn:
            self._drawn[language] = self.nodelist.render(context)
        return self._drawn[language]


@register.tag
def still(parser: Parser, token: Token) -> Still:
    """``{% still %}…{% endstill %}``: nothing inside may depend on the request, the account or the county."""
    nodelist = parser.parse(("endstill",))
    parser.delete_first_token()
    return Still(nodelist)


@register.filter
def at(mapping: object, key: str) -> object:
    """The value under a key, "" when there is none."""
    return mapping.get(key, "") if isinstance(mapping, dict) else ""


@register.filter
def listed(texts: Iterable[object], mark: str = "、") -> str:
    """The texts with the mark between them, as the reader's language writes it."""
    return gettext(mark).join(str(text) for text in texts)
