"""What this stage gives to the pages all stages share."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.layout_jobs import ASK, LAY, TRY
from gongxing.domains.land.map_jobs import PREPARE, WRITE
from gongxing.domains.land.sentences import SENTENCES
from gongxing.domains.land.states import RENEW
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.list_acts import ListAct, declare_list_act
from gongxing.kernel.pages.sentences import name_verbs

add_sentences(SENTENCES)
name_verbs(
    {
        RENEW: _("推算地块状态"),
        LAY: _("测算布局方案"),
        ASK: _("测算怎样才能落下"),
        TRY: _("试放项目"),
        PREPARE: _("看图件"),
        WRITE: _("导出图件"),
    }
)
declare_page(ExtraPage(_("地块一张图"), "land-map", "map-2", "落", "land.parcel", first=True))
declare_page(ExtraPage(_("布局方案"), "land-layouts", "stack-2", "落", "land.layout"))
SHAPED = frozenset({"land.parcel", "land.zone", "land.building", "land.park"})
declare_list_act(ListAct(_("导入图件"), "land-map-import", "upload", "import", SHAPED))
declare_list_act(ListAct(_("导出图件"), "land-map-export", "download", "export", SHAPED))
