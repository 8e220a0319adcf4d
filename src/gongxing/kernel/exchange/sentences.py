"""Sentences for the faults of cells, files and imports: thing, value, rule, way out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "text.mojibake": _(
        "“%(text)s”里有乱码：原字在生成这个文件时已经丢失，不能存。请从原系统重新导出，另存为 UTF-8 或 Excel。"
    ),
    "text.long": _("写了 %(length)d 个字，这一项最多 %(maximum)d 个字。请删减，或移到备注。"),
    "uscc.length": _("统一社会信用代码应为 18 位，这里是 %(length)d 位：%(text)s。请核对执照。"),
    "uscc.old15": _("%(text)s 是 15 位旧注册号，不是统一社会信用代码。请填 18 位代码，或把它放到“旧注册号”一列。"),
    "uscc.alphabet": _("代码第 %(position)d 位是“%(character)s”，代码里不用这个字符（容易与数字混淆）。%(fix)s"),
    "uscc.category": _("代码第 1 位“%(character)s”不是登记管理部门代码，请核对执照。"),
    "uscc.division": _("代码第 3 至 8 位“%(text)s”应为 6 位数字的行政区划，请核对执照。"),
    "uscc.check": _("代码末位应为 %(expected)s，这里是 %(found)s，至少有一位抄错了。请核对执照。"),
    "number.unreadable": _("“%(text)s”不是数字。请只填数字，单位写在表头。"),
    "number.unit": _("“%(text)s”把单位“%(unit)s”写在了单元格里。请去掉单位，或在核对页选这一列的单位。"),
    "number.huge": _("%(text)s 大得不合理，请核对数值和单位。"),
    "money.unit_needed": _("“%(text)s”没有写明是元还是万元。请连单位一起写，如 500万元；若真是 5000元，请写 0.5万元。"),
    "money.unreadable": _("看不懂注册资本“%(text)s”。请写成 500万元、100万美元 这样的形式。"),
    "date.unreadable": _("看不懂日期“%(text)s”。请写成 2025-03-01、2025年3月 或 2025年一季度。"),
    "date.impossible": _("没有“%(text)s”这一天，请核对。"),
    "date.ambiguous": _("“%(text)s”有两种读法：%(readings)s。请写成 2025-03-01 的形式。"),
    "date.no_year": _("“%(text)s”没有写年份。请补上年份，或在表的标题里写明年度。"),
    "date.old": _("“%(text)s”多半是空日期被表格软件显示成了 1900 年。没有日期请留空。"),
    "unit.mismatch": _("“%(written)s”不能换算成“%(stored)s”，请重新选这一列的单位。"),
    "row.shifted": _("这一行错了位：“%(text)s”出现在不该在的列，多半是某个单元格里有逗号。请在原表里修好这一行。"),
    "row.mojibake": _("这一行第 %(column)s 列有乱码“%(text)s”，原字已经丢失，不能存。请从原系统重新导出。"),
    "row.repeated": _("与第 %(first)s 行完全相同，只写第 %(first)s 行。"),
    "row.repeated_differs": _("与第 %(first)s 行是同一条，但内容不同，不知道以哪一行为准。请在表里只留一行。"),
    "row.gone": _(
        "导出之后这一条（编号 %(id)s）已被合并或删除，没有写。若要重新登记它，请清空这一行的隐藏列 __id 再导入。"
    ),
    "row.elsewhere": _("“%(text)s”登记在%(unit)s，你的岗位不能改。请把这一行交给%(unit)s，或请县府办授权。"),
    "row.not_yours": _("“%(text)s”已经登记过，你的岗位不能改它。请向县府办申请授权，或从表里删去这一行。"),
    "row.ambiguous": _(
        "叫“%(text)s”的有 %(n)s 家，不知道是哪一家。请在表里填统一社会信用代码，或先给没有代码的那家补上代码。"
    ),
    "row.key_taken": _("%(value)s 是另一条已登记记录的主键，不能改成它。请核对这一行，或先处理重复。"),
    "row.outside": _("属地“%(unit)s”不在你的授权范围内。请改属地，或请县府办授权。"),
    "row.not_registered": _("台账里没有这一条，而这个台账不能从表格新增。"),
    "file.empty": _("“%(name)s”是空文件，没有可读的内容。"),
    "file.too_big": _("“%(name)s”有 %(size)s MB，超过 %(limit)s MB 的上限。请分成几个文件，或删去多余的工作表和图片。"),
    "file.bomb": _(
        "“%(name)s”解开后会有 %(unpacked)s MB，不像正常的表格，为保护服务器没有打开。请另存为新的 Excel 文件再试。"
    ),
    "file.encrypted": _("“%(name)s”有打开密码。请在 Excel 里取消密码，另存后再传。"),
    "file.not_a_table": _(
        "“%(name)s”不是能读的表格。请传 Excel（.xlsx、.xls）或 CSV 文件；若是改了扩展名的其他文件，请用原软件另存。"
    ),
    "file.encoding": _("“%(name)s”第 %(line)s 行的文字既不是 UTF-8 也不是 GB18030。请用 Excel 另存为“CSV UTF-8”再传。"),
    "file.encoding_mixed": _(
        "“%(name)s”混着 %(n)s 种编码（括号里是起始行）：%(found)s，多半是几个文件拼起来的。请分开传，或统一另存为 UTF-8。"
    ),
    "file.too_long": _("“%(name)s”超过 %(limit)s 行。请分成几个文件再传。"),
    "file.too_wide": _("“%(name)s”有 %(columns)s 列，最多 %(limit)s 列，多半是最右边误填了一格。请删去多余的列再传。"),
    "import.nothing": _("没有可写入的行。请看写不进的原因，改好后重新导入。"),
    "import.no_key_column": _("还没有指定“%(columns)s”对应的列，系统不知道每一行是哪一条。请在“列对应”里选。"),
    "import.no_required_column": _(
        "表里没有“%(columns)s”这一列，而它必须填。请在“列对应”里选一列，或给全部行填同一个值。"
    ),
    "import.no_header": _("没有认出表头。请在“不对，我来指”里填表头所在的行号。"),
}
