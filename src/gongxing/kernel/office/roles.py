"""From a role to grants: the pack table ``roles/grants`` says what each role may do and how far it reaches."""

from datetime import date

from gongxing.kernel.access.models import Grant
from gongxing.kernel.org.models import Post, Unit
from gongxing.kernel.packs.tables import table

COUNTY, OWN = "county", "own"


def grants_for(post: Post, start: date, thing: int | None = None) -> list[Grant]:
    """Unsaved grants of a post by its role, from a day on. ``reach`` is county (the root), own (the post's unit and below) or
    thing (one single row, given by ``thing``). An unknown role gives none."""
    root = Unit.objects.filter(parent__isnull=True).order_by("id").first()
    found = []
    for row in table("roles", "grants", start):
        if row["role"] != post.role:
            continue
        single = thing if row["reach"] == "thing" else None
        if row["reach"] == "thing" and thing is None:
            continue
        unit = root if row["reach"] == COUNTY and root is not None else post.unit
        for verb in row["verbs"].split():
            found.append(Grant(post=post, verb=verb, target=row["target"], unit=unit, thing=single, start=start))
    return found
