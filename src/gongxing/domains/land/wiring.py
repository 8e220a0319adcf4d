"""What this stage gives to the pages all stages share."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.sentences import SENTENCES
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.pages.extra import ExtraPage, declare_page

add_sentences(SENTENCES)
declare_page(ExtraPage(_("地块一张图"), "land-map", "map-2", "落", "land.parcel", first=True))
