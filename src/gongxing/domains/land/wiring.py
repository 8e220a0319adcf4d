"""What this stage gives to the pages all stages share."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.land import clearing_jobs, layout_todos, rating_todos  # noqa: F401  (declare handlers, jobs and what is owed)
from gongxing.domains.land.clearances import RENEW_CLEARANCE
from gongxing.domains.land.conform_panels import layer_panels, project_conformity
from gongxing.domains.land.layout_jobs import ASK, LAY, TRY
from gongxing.domains.land.map_jobs import PREPARE, WRITE
from gongxing.domains.land.rating_panels import firm_ratings
from gongxing.domains.land.sentences import SENTENCES
from gongxing.domains.land.site_jobs import SCALE, SITE
from gongxing.domains.land.states import CHECK, RENEW
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.pages.detail import offer_panels
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
name_verbs({RENEW_CLEARANCE: _("推算征拆难度")})
declare_page(ExtraPage(_("亩均评价"), "land-ratings", "chart-bar", "落", "land.rating"))
declare_page(ExtraPage(_("征拆"), "land-clearance", "backhoe", "落", "land.clearanceunit"))
declare_page(ExtraPage(_("园区对标"), "land-parks", "target-arrow", "落", "land.park"))
offer_panels("firms.firm", firm_ratings)
name_verbs({CHECK: _("按规划图层核对")})
declare_page(ExtraPage(_("规划符合性"), "land-conformity", "zoom-check", "落", "land.check"))
declare_page(ExtraPage(_("图形检查"), "land-topology", "polygon", "落", "land.parcel", "change"))
offer_panels("projects.project", project_conformity)
offer_panels("land.planlayer", layer_panels)
SHAPED = frozenset({"land.parcel", "land.zone", "land.building", "land.park"})
declare_list_act(ListAct(_("导入图件"), "land-map-import", "upload", "import", SHAPED))
declare_list_act(ListAct(_("导出图件"), "land-map-export", "download", "export", SHAPED))

name_verbs({SITE: _("测算设施选址"), SCALE: _("测算园区建设规模")})
declare_page(ExtraPage(_("设施选址"), "land-sites", "map-pin", "落", "land.sitestudy"))
declare_page(ExtraPage(_("服务半径"), "land-reach", "focus-2", "落", "land.facility", in_menu=False))
declare_page(ExtraPage(_("建设规模"), "land-scale", "chart-bar", "落", "land.scalestudy"))
