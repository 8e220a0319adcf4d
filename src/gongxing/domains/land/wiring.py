"""What this stage gives to the pages all stages share."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.sentences import SENTENCES
from gongxing.domains.land.states import RENEW
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs

add_sentences(SENTENCES)
name_verbs({RENEW: _("推算地块状态")})
declare_page(ExtraPage(_("地块一张图"), "land-map", "map-2", "落", "land.parcel", first=True))
