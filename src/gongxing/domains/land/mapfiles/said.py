"""What ``kernel.maps`` says in codes, in the clerk's words: notes, questions, faults of rows and of whole files."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.faults import sentence

FILES: Mapping[str, Promise] = {
    "file.none": _("没有选文件。请选一个图件，或一次选齐 Shapefile 的几个文件。"),
    "file.empty": _("“%(name)s”是空文件，请重新导出再传。"),
    "file.too_big": _("文件超过 %(limit)s MB 的上限。请按图幅或乡镇分成几个文件再传。"),
    "file.bomb": _("“%(name)s”解开后有 %(unpacked)s MB，不像正常的图件，为保护服务器没有打开。请不压缩直接传各个文件。"),
    "file.path": _("压缩包“%(name)s”里的“%(entry)s”写着不该有的路径，没有打开。请重新打包再传。"),
    "file.encrypted": _("“%(name)s”有密码。请去掉密码再传。"),
    "file.unreadable": _("“%(name)s”打不开，可能没有传完整，或扩展名和内容不符。请用原软件重新导出再传。"),
    "file.no_map": _("“%(name)s”里没有图件。能读 Shapefile、GeoPackage、GeoJSON、DXF、KML，和界址点坐标表（CSV、Excel、txt）。"),
    "file.no_shapes": _("“%(name)s”里没有图形。请核对导出时选中的图层；坐标表请核对 X、Y 两列。"),
    "file.too_many_shapes": _("“%(name)s”有 %(n)s 个图形，一次最多 %(limit)s 个。请分成几个文件。"),
    "file.no_layer": _("“%(name)s”里没有带图形的图层。"),
    "file.hostile": _("“%(name)s”要读服务器上别的文件，没有打开。请用原软件另存后再传。"),
    "file.entities": _("“%(name)s”里有不允许的实体定义，没有打开。请用原软件另存后再传。"),
    "file.unanswered": _("还有问题没有回答，不能读“%(name)s”。"),
    "file.several": _("上传里有 %(n)s 个图件，一次只导入一个。要哪一个？"),
    "file.choice": _("%(name)s（%(kind)s）"),
    "layer.several": _("文件里有 %(n)s 个图层，一次只导入一个。要哪一个？"),
    "layer.choice": _("%(name)s（%(n)s 个图形）"),
    "layer.all": _("全部图层合起来（%(n)s 个图形）"),
    "sheet.several": _("有 %(n)s 张工作表。坐标在哪一张？"),
    "sheet.choice": _("%(name)s（%(n)s 行）"),
    "shapefile.no_shp": _("“%(name)s”缺 .shp，只有 %(have)s。图形都在 .shp 里，请把同名的 .shp、.shx、.dbf、.prj 一起传，最好打成一个 ZIP。"),
    "shapefile.cut": _("“%(name)s”没有传完整：文件头说有 %(said)s 字节，实际 %(real)s 字节。请重新复制再传。"),
    "shapefile.no_shx": _("缺 .shx，已按 .shp 重建索引，图形不受影响。"),
    "shapefile.no_dbf": _("“%(name)s”缺 .dbf，编号、名称这些属性都在里面。请补上再传；只要图形的话，选下面这一项。"),
    "shapefile.without_dbf": _("不要属性，只读图形"),
    "shapefile.parts_differ": _("“%(name)s”的几个文件不是一套：图形 %(shapes)s 个，属性 %(rows)s 行。请找齐同一次导出的文件再传。"),
    "columns.dropped": _("这些字段的类型读不了，没有读：%(columns)s。"),
    "columns.unclear": _("认不出坐标在哪几列（共 %(n)s 列）。请写明各列的位置，从 0 数起，如 parcel=0,order=1,x=2,y=3。"),
    "columns.suggested": _("按这个读，样子是：%(row)s"),
    "corners.none": _("“%(name)s”里没有能连成图形的坐标。请核对 X、Y 两列。"),
    "corners.line": _("“%(name)s”第 %(line)s 行看不懂：%(text)s。请改好再传。"),
    "corners.line_unread": _("第 %(line)s 行没有读出坐标，跳过了：%(text)s。"),
    "corners.x_is_north": _("X 是纵坐标（北）、Y 是横坐标（东），已按测绘习惯读。"),
    "corners.order_twice": _("“%(parcel)s”的点号 %(order)s 出现两次而坐标不同（第 %(line)s 行），没有连成图形。"),
    "corners.too_few": _("“%(parcel)s”只有 %(n)s 个不同的点，连不成面（第 %(line)s 行）。"),
    "survey.hectares": _("勘测定界文本里的面积按公顷读。"),
    "dxf.binary": _("“%(name)s”是二进制 DXF。请在 CAD 里另存为文本的 DXF（R2000 以上）再传。"),
    "dxf.texts": _("图上有 %(n)s 处文字，%(used)s 处正好落在一个闭合面里，当作它的标注。"),
    "encoding.detected": _("文字编码没有写明，按 %(encoding)s 读出来是：%(text)s。"),
    "encoding.not_as_declared": _("文件说文字是 %(declared)s，按它读不通。看哪一种读出来的字是对的："),
    "encoding.doubtful": _("文件说文字是 %(declared)s，但另一种编码也读得通。看哪一种读出来的字是对的："),
    "encoding.sample": _("%(encoding)s：%(text)s"),
    "encoding.wrong": _("按 %(encoding)s 读不通，请换一种编码。"),
    "encoding.unknown": _("文字既不是 UTF-8 也不是 GBK：%(text)s。请从原系统重新导出。"),
    "encoding.cannot": _("%(encoding)s 里没有“%(text)s”这些字，请改用 UTF-8。"),
    "text.mojibake": _("文字有乱码“%(text)s”，原字已经丢失。请从原系统重新导出。"),
    "text.cut": _("“%(column)s”有的字被截成半个，末尾的半个字没有读：…%(text)s。"),
}  # fmt: skip
NOT_READ: Mapping[str, Promise] = {
    "dwg": _("DWG 请在 CAD 里另存为 DXF 再传。"),
    "archive": _("这种压缩包打不开，请解开后打成 ZIP 再传。"),
    "geodatabase": _("个人地理数据库（MDB、GDB）请在 GIS 软件里导出为 GeoPackage 或 Shapefile 再传。"),
    "package": _("地图包请在 GIS 软件里导出为 GeoPackage 或 Shapefile 再传。"),
    "mapinfo": _("MapInfo 文件请另存为 Shapefile 或 GeoPackage 再传。"),
}
SYSTEMS: Mapping[str, Promise] = {
    "system.declared": _("坐标系按文件所写：%(called)s。"),
    "system.chosen": _("坐标系按你选的：%(called)s。"),
    "system.wgs84": _("WGS 84 的经纬度按 CGCS2000 用，差别不到一米。"),
    "system.datum_unknown": _("坐标系没有写明基准，按 CGCS2000 用；若是老图，位置会差几十到上百米，请核对。"),
    "system.old_accepted": _("%(called)s 的图按你的确认直接用，位置可能差到上百米。"),
    "system.old": _("%(called)s 是老坐标系，没有公开的参数能精确换到 CGCS2000，直接用位置可能差到 %(off_m)s 米。最好请测绘单位转好再传。"),
    "system.old_accept": _("知道会差，仍然这样导入"),
    "system.by_rfc7946": _("GeoJSON 没有写坐标系，按规范是经纬度。"),
    "system.by_kml": _("KML 一律是经纬度。若是在网络地图上描的，可能有几百米的偏移，下面会核对。"),
    "system.no_prj": _("“%(name)s”没有 .prj，不知道是哪个坐标系。请选一个："),
    "system.prj_unreadable": _("“%(name)s”的 .prj 看不懂，不知道是哪个坐标系。请选一个："),
    "system.unnamed": _("文件没有写坐标系。请选一个："),
    "system.dxf_has_none": _("DXF 不写坐标系。请选一个："),
    "system.corners_have_none": _("坐标表没有写坐标系。请选一个："),
    "system.strange": _("坐标 %(x)s, %(y)s 不像我国任何一种坐标系的数。请核对原图，或填 EPSG 代码。"),
    "system.not_degrees": _("文件说是经纬度，坐标 %(x)s, %(y)s 却是米。请选真正的坐标系："),
    "system.not_metres": _("文件说是%(called)s，坐标 %(x)s, %(y)s 却是经纬度。请选真正的坐标系："),
    "system.swapped": _("坐标 %(x)s, %(y)s 像是把先后写反了（纬度或纵坐标在前）。请选一个："),
    "system.prefix_missing": _("文件说横坐标带 %(prefix)s 带号，坐标 %(x)s 却没有带号。请选真正的坐标系："),
    "system.prefix_unexpected": _("文件说横坐标不带带号，坐标 %(x)s 却带着 %(zone)s。请选真正的坐标系："),
    "system.prefix_mismatch": _("文件说是 %(prefix)s 带，坐标 %(x)s 的带号却是 %(zone)s。请选真正的坐标系："),
    "system.outside": _("按文件写的%(called)s，图落在 %(lon)s, %(lat)s，离已登记的园区和地块约 %(distance_km)s 公里。请选真正的坐标系；位置没错就仍选文件写的："),
    "system.nowhere": _("按%(called)s，图不落在我国范围内。请换一个："),
    "system.candidate": _("%(called)s：图落在 %(lon)s, %(lat)s%(where)s"),
    "system.unknown": _("认不出坐标系“%(text)s”。请填 EPSG 代码，如 4545。"),
    "system.zone": _("没有 %(zone)s 这个带号。"),
    "system.gcj02": _("像是在网络地图上描的（GCJ-02 偏移）：整体挪回 %(offset_m)s 米后，%(after)s%% 的面积落在已登记的范围里，现在是 %(before)s%%。"),
}  # fmt: skip
SHAPES: Mapping[str, Promise] = {
    "shape.missing": _("这一行没有图形。"),
    "shape.empty": _("这一行的图形是空的，请重新画或重新导出。"),
    "shape.not_a_number": _("坐标里有读不成数的值，请重新导出。"),
    "shape.self_crossing": _("边界自己相交，请在那里改顺再导入。"),
    "shape.self_touching": _("边界自己碰到自己，请在那里改顺再导入。"),
    "shape.hole_outside": _("洞画到了边界外面，请改好再导入。"),
    "shape.nested": _("图形套着图形或重复画了一圈，请留一个再导入。"),
    "shape.split_inside": _("洞把里面隔断了，请拆成几个图形再导入。"),
    "shape.too_few": _("不同的点少于三个，连不成面。"),
    "shape.invalid": _("图形不合规范（%(why)s），请改好再导入。"),
    "shape.no_area": _("图形压成了一条线，没有面积。"),
    "shape.unclosed": _("边界没有闭合，首尾相差 %(gap_m)s 米。请闭合后再导入。"),
    "shape.mixed": _("一行里混着面、线、点，请分开再导入。"),
    "shape.not_area": _("这里要面，文件里是%(kind)s。请把边界闭合成面再导入。"),
    "shape.not_line": _("这里要线，文件里是%(kind)s。"),
    "shape.not_point": _("这里要点，文件里是%(kind)s。"),
    "shape.too_many": _("图形有 %(n)s 个拐点，最多 %(limit)s 个。请先简化边界。"),
    "shape.outside": _("落在 %(lon)s, %(lat)s，在已登记的园区和地块范围之外。"),
    "shape.curves": _("文件里有弧线（%(kind)s），已按短折线读。"),
    "shape.flattened": _("%(n)s 个图形带高程，高程没有读。"),
    "shape.lines_as_areas": _("%(n)s 个闭合的线当作面读。"),
    "export.no_shapes": _("这个清单里没有图形，没有可导出的。"),
    "export.system": _("这种格式不能用 %(called)s 导出，请选 CGCS2000 经纬度。"),
    "export.failed": _("没有写成：%(text)s。请换一种格式再试。"),
    "export.as_wgs84": _("这种格式只认 WGS 84，里面就是 CGCS2000 的经纬度，差别不到一米。"),
    "export.only_label": _("这种格式只带编号，不带其他栏目。"),
    "export.layer_renamed": _("%(n)s 个编号含图层名不允许的符号，已换成下划线。"),
    "export.layers_left_out": _("编号有 %(n)s 种，超过 %(limit)s 种，没有分图层。"),
    "export.left_out": _("%(n)s 行没有图形，没有写进去。"),
    "export.renamed": _("字段“%(long)s”在 Shapefile 里叫“%(short)s”。"),
    "export.several": _("点、线、面分成了 %(n)s 个 Shapefile。"),
    "export.cut": _("“%(column)s”有 %(n)s 处超过 254 字节，已截短。"),
    "export.label_twice": _("%(n)s 个编号出现不止一次，后面的加了 #2、#3。"),
}
WORDS: Mapping[str, Promise] = {**FILES, **SYSTEMS, **SHAPES}
DATUMS = {"cgcs2000": "CGCS2000", "wgs84": "WGS 84", "xian80": _("西安 80"), "beijing54": _("北京 54")}
KINDS = {"Point": _("点"), "MultiPoint": _("点"), "LineString": _("线"), "MultiLineString": _("线"), "Polygon": _("面"), "MultiPolygon": _("面")}  # fmt: skip
BLANKS = ("name", "text", "why", "gap_m", "kind", "called", "x", "y", "lon", "lat", "zone", "prefix", "parcel", "line", "entry", "encoding", "distance_km", "declared", "n", "limit", "where")  # fmt: skip


def said(reason: Reason) -> str:
    """One reason as a sentence; a code nobody wrote one for is shown as it is."""
    return _filled(reason.code, reason.details)


def refused(fault: Fault) -> str:
    """Why a file cannot be read or written, and what to do."""
    if fault.code == "file.not_read":
        return str(NOT_READ.get(str(fault.params.get("kind")), WORDS["file.no_map"])) % {
            "name": fault.params.get("name", "")
        }
    return _filled(fault.code, fault.params) if fault.code in WORDS else sentence(fault)


def _filled(code: str, params: Mapping[str, Any]) -> str:
    template = WORDS.get(code)
    if template is None:
        return code
    details: dict[str, Any] = {**dict.fromkeys(BLANKS, ""), **params}
    if "datum" in params:
        details["called"] = system_called(params)
    if code == "system.candidate":
        details["where"] = _where(params)
    if code.startswith("shape."):
        details["kind"] = KINDS.get(str(details["kind"]), details["kind"])
    return str(template) % details


def system_called(details: Mapping[str, str]) -> str:
    """A coordinate system by its datum, zone and code."""
    datum = str(DATUMS.get(details["datum"], details.get("name", "")))
    code = f" ({details['system']})" if details.get("system", "").startswith("EPSG:") else ""
    if details["kind"] == "geographic":
        return str(_("%(datum)s 经纬度%(code)s")) % {"datum": datum, "code": code}
    if details["kind"] == "zone":
        words = _("%(datum)s %(width)s 度带，中央经线 %(meridian)s°，横坐标带号 %(prefix)s%(code)s") if details.get("prefix") else _("%(datum)s %(width)s 度带，中央经线 %(meridian)s°，横坐标不带带号%(code)s")  # fmt: skip
        return str(words) % {**details, "datum": datum, "code": code}
    if details["kind"] == "mercator":
        return str(_("网络地图墨卡托%(code)s")) % {"code": code}
    return f"{details.get('name', '')}{code}"


def _where(details: Mapping[str, str]) -> str:
    parts = []
    if details.get("swapped"):
        parts.append(str(_("两个数先后对调")))
    if details.get("inside") == "1":
        parts.append(str(_("在本县范围内")))
    elif details.get("inside") == "0":
        parts.append(str(_("离本县约 %(km)s 公里")) % {"km": details["distance_km"]})
    return str(_("，")).join(["", *parts])
