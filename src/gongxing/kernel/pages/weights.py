"""Weights out of a form: a number from 0 to 1 for each term of an objective."""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _


def weights_of(given: QueryDict, terms: Iterable[str], wrong: dict[str, str]) -> dict[str, float]:
    """What was typed into ``w_<term>``, 0 where nothing was. What is no weight is added to ``wrong`` by field, with how to mend it."""
    weights: dict[str, float] = {}
    for term in terms:
        text = given.get(f"w_{term}", "").strip()
        try:
            weights[term] = float(text or "0")
        except ValueError:
            wrong[f"w_{term}"] = _("“%(text)s”不是数字。") % {"text": text[:20]}
            continue
        if not 0 <= weights[term] <= 1:
            wrong[f"w_{term}"] = _("权重在 0 到 1 之间，这里是 %(text)s。") % {"text": text[:20]}
    return weights
