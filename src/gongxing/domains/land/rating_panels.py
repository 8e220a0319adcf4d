"""Blocks about the rating per mu on the pages of an enterprise and of a line."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.models import RatingLine
from gongxing.domains.land.rating_show import line_row
from gongxing.domains.land.rating_words import field_label, field_unit
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor

YEARS = 5


def firm_ratings(firm: Firm, actor: Actor) -> list[Panel]:
    """Place, grade and terms of an enterprise in the latest rounds the reader may see."""
    if not may(actor, "view", "land.ratingline"):
        return []
    rows = visible(RatingLine.objects.filter(firm=firm), actor).select_related("rating", "firm")
    lines = list(rows.order_by("-rating__year", "-rating__pk")[:YEARS])
    if not lines:
        return []
    shown = [line_row(one, one.rating.benchmarks) for one in lines]
    return [Panel("rating", _("亩均评价"), "land/rating_panel.html", {"rows": shown, "newest": shown[0]}, len(lines))]


def line_panels(line: RatingLine, actor: Actor) -> list[Panel]:
    """The terms of a line and the figures they come from."""
    kept = line.rating.benchmarks
    context: dict[str, Any] = {
        "row": line_row(line, kept),
        "used": used(line),
        "page_url": reverse("land-rating-line", args=[line.pk]),
    }
    return [Panel("terms", _("各项得分"), "land/rating_terms.html", context)]


def used(line: RatingLine) -> list[dict[str, str]]:
    """The figures a line was worked out of, as they were."""
    values = line.given.get("values", {})
    return [{"label": field_label(name), "value": text, "unit": field_unit(name)} for name, text in values.items()]
