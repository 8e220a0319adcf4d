"""Sentences, pages and duties of the chain stage, registered when the site starts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.models import Purchase
from gongxing.domains.chain.panels import chain_panels
from gongxing.domains.chain.queries import doubtful, worked_out_of
from gongxing.domains.chain.survey.asking import own_firms, survey_year
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.ledger.declare import attach
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page

MANY = 1000
SENTENCES: dict[str, Promise] = {
    "chain.class_code": _("行业小类“%(text)s”不是四位数字。"),
    "chain.code_signs": _("代码“%(text)s”里有不能用的符号，只用字母、数字、点、短横和下划线。"),
    "chain.self_loop": _("供方和用方是同一个环节；自己供自己不用登记。"),
    "chain.act_derived": _("“%(name)s”没有人指定过做法，现在就是系统推出的。要指定，请选补链、强链、延链或固链。"),
    "chain.already_there": _(
        "本县已经有代码为 %(chain)s 的产业链，载入不会覆盖。要重来，请先在它的编辑页点“去掉产业链”，再载入。"
    ),
    "chain.in_use": _(
        "“%(name)s”上还有人工确认的企业 %(decided)s 家、采购 %(purchases)s 条（%(links)s），没有去掉。请先把这些企业“交回系统判断”，把采购对应到别的链的环节。"
    ),
    "chain.chosen": _("“%(text)s”不是编号@版本。"),
    "chain.no_such_link": _("没有叫“%(text)s”的环节，请从列表里选。"),
    "chain.survey_value": _("第 %(row)s 行：年采购额“%(text)s”看不懂，请填数字（万元），例如 1200 或 0.12亿。"),
    "chain.survey_zero": _("第 %(row)s 行：年采购额是 0。不买就把这一行清空，不愿说就把金额空着。"),
    "chain.node_twin": _("%(chain)s已经有环节“%(name)s”（%(key)s）。请改个名字，或直接改那个环节。"),
    "chain.words_long": _("识别词最多 %(n)s 个，每个不超过 %(length)s 个字。请分开写，用顿号隔开。"),
    "chain.end_gone": _("有一头的环节刚被去掉了，没有连接。请重新选环节。"),
    "chain.node_in_use": _(
        "“%(name)s”上还有企业 %(firms)s 家（人工确认的 %(decided)s 家）、采购 %(purchases)s 条，不能去掉。请先“拆分环节”把它们转走，或“并入另一个环节”。"
    ),
    "chain.merge_self": _("并入的环节就是它自己，或者刚被去掉了。请选另一个环节。"),
    "chain.split_number": _("“%(text)s”不是编号，请从页面上勾选。"),
    "chain.split_foreign": _("“%(text)s”不在“%(name)s”里，可能刚被别人改过。请重新打开拆分页再选。"),
    "chain.split_twice": _("“%(text)s”既转过去又两边都留，请只选一样。"),
    "chain.undo_whole": _("这一次建立了整条链，或连同别的登记一起写的，不能从这里撤回。单个环节可以逐个去掉。"),
    "chain.undo_blocked": _("“%(name)s”的这次修改被后来的登记用到了，撤不回。请先撤回后来的修改。"),
    "chain.undo_unknown": _("在“%(name)s”最近的修改里没有找到这一次。请刷新编辑页再选。"),
    "chain.undo_nothing": _("“%(name)s”没有可以撤回的修改。"),
    "chain.undo_done": _("这一次已经撤回过了。要恢复，请在撤回的那一行点“重做”。"),
    "chain.undo_touched": _("%(register)s“%(title)s”后来又有人改过，撤不回。请先撤回后来的修改，或直接改它。"),
    "chain.undo_used": _("环节“%(name)s”上已经有确认的企业、采购或别的上下游关系，撤不回。请先把它们转走。"),
    "graph.empty": _("文件是空的。请导出一份看看格式，再选文件。"),
    "graph.too_big": _("文件超过 %(limit)s MB，没有接收。一条链的图文件通常不到 1 MB，请只导出这一条链。"),
    "graph.doctype": _(
        "第 %(line)s 行有 DOCTYPE 或实体定义，可能不安全，没有打开。请用 Gephi、yEd 或本系统重新导出 GraphML。"
    ),
    "graph.broken": _("第 %(line)s 行不是完整的 XML，读不下去。请重新导出，不要手工截断。"),
    "graph.not_graph": _("这不是 GraphML 图文件（第 %(line)s 行）。请在 Gephi、yEd 里选“GraphML”格式导出。"),
    "graph.undirected": _("第 %(line)s 行说这是无向图，看不出谁供给谁。请导出有向图（directed）。"),
    "graph.deep": _("第 %(line)s 行套得太深（超过 %(limit)s 层），没有打开。"),
    "graph.long_text": _("第 %(line)s 行的一段文字超过 %(limit)s 个字，没有打开。"),
    "graph.too_many": _("图里超过 %(nodes)s 个环节或 %(edges)s 条关系，不像一条链，没有打开。请只导出这一条链。"),
    "graph.no_nodes": _("图里一个环节也没有。"),
    "graph.no_file": _("没有选文件。请先选一个 GraphML 文件。"),
    "graph.file_gone": _("上传的文件找不到了（只保留一天，只有上传的人能用）。请重新上传。"),
    "graph.nothing": _("文件和现在的链一样，没有要写的。"),
    "graph.moved": _("你看过预览之后有人改了这条链，没有写入。下面是新的预览，请再看一遍。"),
    "graph.cell": _("第 %(line)s 行：%(text)s"),
    "graph.double_id": _("第 %(line)s 行：节点编号“%(id)s”是空的或者重复，分不清是哪一个。"),
    "graph.double_label": _("第 %(line)s 行：“%(name)s”和第 %(first)s 行是同一个环节。请合成一个，或改个名字。"),
    "graph.no_label": _("第 %(line)s 行：节点“%(id)s”没有名称、超过 %(limit)s 个字，或者和别的环节同名。"),
    "graph.foreign_unknown": _(
        "第 %(line)s 行：“%(name)s”说是“%(chain)s”链的环节，那条链里没有它。请先在那条链里登记。"
    ),
    "graph.foreign_edge": _("第 %(line)s 行：两头都不是这条链的环节，请到那条链里连接。"),
    "graph.end_unknown": _("第 %(line)s 行：连到“%(id)s”，图里没有这个节点（可能已经删了）。"),
    "graph.self_loop": _("第 %(line)s 行：“%(id)s”自己供自己，不用登记。请删去这条线。"),
    "graph.double_edge": _("第 %(line)s 行：和第 %(first)s 行是同一条关系。请只留一条。"),
    "graph.no_space": _("服务器磁盘已满，文件没有保存。请联系管理员清理磁盘后重试。"),
    "hints.columns": _(
        "“%(name)s”里没有认出两列产品。表头请写“产品、上游材料”“产品、下游产品”“产品大类、产品小类”，或“产品A、关系、产品B”。"
    ),
    "hints.too_many": _("“%(name)s”超过 %(limit)s 行，没有读。请先按行业筛一遍再读。"),
    "hints.file_gone": _("上传的文件找不到了（只保留一天，只有上传的人能用）。请重新上传。"),
    "hints.nothing": _(
        "读了 %(rows)s 行，没有新的提示：%(known)s 行图上已有或问过，%(strange)s 行和图上的环节对不上。"
    ),
    "hints.segment": _("“%(name)s”还没有环节。要在“%(chain)s”里新增它，请选环节位置。"),
    "hints.nothing_open": _("这次读入的提示都已经有人处理过，没有可撤销的。"),
    "hints.no_file": _("没有选文件。请先选一个 CSV 或 Excel 文件。"),
    "hints.too_big": _("文件超过 %(limit)s MB，没有接收。请分成几个文件。"),
    "chain.survey_item": _("第 %(row)s 行填了金额或来源，没有填采购品。"),
    "chain.survey_text": _("第 %(row)s 行：“%(text)s”太长或有坏字，请改短或重新输入。"),
    "chain.survey_where": _("第 %(row)s 行：“%(text)s”不是采购地，请选本县、省内县外、省外或说不清。"),
    "chain.survey_single": _("第 %(row)s 行：“%(text)s”看不出是不是只有一家供应商，请写是、否，或空着。"),
    "chain.survey_link": _("第 %(row)s 行：没有叫“%(text)s”的环节，请从列表里选，或清空让系统自动对。"),
    "chain.survey_twice": _("第 %(row)s 行和第 %(other)s 行都是“%(item)s”。合成一行，或把品名写细。"),
    "chain.survey_many": _("一张表最多 %(most)s 行，这里有 %(n)s 行；只填最大的。"),
    "chain.survey_year": _("%(year)s 年还没到，不能填。"),
    "chain.survey_day": _("填报日期 %(day)s 还没到，请填实际填报的那一天。"),
    "chain.survey_unseen": _(
        "这家企业 %(year)s 年已有 %(n)s 行答卷，不能没看过就覆盖。请先读出来，在 seen 里写上各行的“编号@版本”。"
    ),
    "chain.survey_json": _("各行要写成 JSON 数组，每行一个对象：item、value、where、single、supplier、node。"),
}

add_sentences(SENTENCES)
declare_page(ExtraPage(_("产业链图谱"), "chain-maps", "sitemap", "谋", "chain.chain"))
declare_page(ExtraPage(_("采购调查进度"), "chain-surveys", "clipboard-list", "谋", "chain.purchase"))
declare_page(ExtraPage(_("企业上链请确认"), "chain-doubtful", "map-pin", "谋", "chain.placement", "decide"))
declare_page(ExtraPage(_("战新×传统融合"), "chain-fusion", "arrows-join", "谋", "chain.chain"))
declare_page(ExtraPage(_("增长点"), "chain-growth", "trending-up", "谋", "chain.chain"))
declare_page(ExtraPage(_("延链方案"), "chain-lengthen", "list-tree", "谋", "chain.edge"))
declare_page(ExtraPage(_("产业结构"), "chain-structure", "chart-bar", "谋", "chain.chain"))
declare_page(ExtraPage(_("专业化与关联"), "chain-special", "circle-dot", "谋", "chain.chain"))
declare_page(ExtraPage(_("没上链的企业"), "chain-unplaced", "building-plus", "谋", "chain.placement", "decide"))
declare_page(ExtraPage(_("产品关系提示"), "chain-hints", "sparkles", "谋", "chain.hint", "decide"))
offer_panels("firms.firm", chain_panels)
attach("firms.firm", worked_out_of)


@provide_todos
def chain_todos(actor: Actor) -> Sequence[Todo]:
    """Firms whose place on a chain is doubtful, one line; the enterprise's own sheet while it is not filled."""
    return [*_own_sheet(actor), *_doubtful(actor)]


def _own_sheet(actor: Actor) -> list[Todo]:
    if not permissions(actor).may("answer", "chain.purchase"):
        return []
    own, year = own_firms(actor), survey_year()
    answered = (
        set(Purchase.objects.filter(buyer_id__in=own, year=year).values_list("buyer_id", flat=True)) if own else set()
    )
    title = _t("填 %(year)s 年采购调查：最大的 20 项，三分钟") % {"year": year}
    why = _t("因为你是这家企业的经办；县里按它找缺的环节，别的企业看不到这张表")
    urls = [f"{reverse('chain-survey', args=[firm])}?year={year}" for firm in own if firm not in answered]
    return [Todo(title, url, why, acts=(Act(_t("去填"), url),)) for url in urls]


def _doubtful(actor: Actor) -> list[Todo]:
    if not permissions(actor).may("decide", "chain.placement"):
        return []
    n = doubtful(actor).order_by()[: MANY + 1].count()
    if not n:
        return []
    url, text = reverse("chain-doubtful"), f"{MANY}+" if n > MANY else str(n)
    why = _t("因为你的岗位管企业上链；没有确认的不算本地有企业")
    return [Todo(_t("确认企业上链：%(n)s 条把握不足") % {"n": text}, url, why, acts=(Act(_t("去确认"), url),))]
