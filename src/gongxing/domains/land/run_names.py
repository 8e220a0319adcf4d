"""The name of a kept calculation (layout, scale of the parks, siting): two of the same day can be told apart."""

from itertools import count

from gongxing.domains.land.models import Layout, ScaleStudy, SiteStudy

Kept = type[Layout] | type[ScaleStudy] | type[SiteStudy]


def free_name(model: Kept, usual: str) -> str:
    """The usual name where nobody typed one; with （2）, （3） … behind it where that is taken."""
    taken = set(model.objects.filter(name__startswith=usual).values_list("name", flat=True))
    later = (f"{usual}（{n}）" for n in count(2))
    return usual if usual not in taken else next(name for name in later if name not in taken)
