"""Makes the two sample registers of the tour: an ugly Excel file and a GB18030 CSV. All names and codes are invented.

``python docs/samples/make.py`` writes them beside this file; the same bytes of content every time.
"""

import csv
import random
from datetime import datetime
from pathlib import Path

import xlsxwriter

from gongxing.kernel.cells.uscc import make

HERE = Path(__file__).resolve().parent
BRANDS = ("禾盛", "云岭", "金穗", "蓝田", "恒泽", "丰稷", "南屏", "清晖", "松涛", "百合", "龙湾", "古渡")
TRADES = (
    ("糖业", "白砂糖、红糖的生产、销售；糖蜜加工"),
    ("茶业", "茉莉花茶加工、销售；茶叶种植"),
    ("木业", "胶合板制造；木材加工、销售"),
    ("纸业", "机制纸、纸板制造；纸制品销售"),
    ("建材", "新型墙体材料、水泥制品生产、销售"),
    ("食品", "糕点、糖果制造；预包装食品批发"),
    ("电子科技", "电子元器件制造；电子产品技术开发"),
    ("新能源材料", "锂离子电池正极材料的研发、生产、销售"),
    ("机械", "农业机械制造、维修；机械零部件加工"),
    ("物流", "普通货物道路运输；仓储服务（危险品除外）"),
)
PARKS = ("产业投资发展园", "高新技术产业园", "经济技术合作区", "禾城镇", "云岭镇")
CAPITALS = (
    "500万元",
    "1000(万元)",
    "３００万人民币",
    "200.5万元人民币",
    "2,000(万元人民币)",
    "100万美元",
    "50万港币",
    "",
    "80",
)
DATES = ("2015-03-12", "2018.6", "2020年9月1日", "20120418", "2016/11/30", "2009")


def rows(count: int, first: int) -> list[list[str]]:
    """Plain rows: name, code, place, capital, founded, scope, above scale, telephone."""
    draw, made = random.Random(first), []
    for at in range(first, first + count):
        trade, scope = TRADES[at % len(TRADES)]
        name = f"青禾{BRANDS[at % len(BRANDS)]}{'东西南北中'[at % 5]}{trade}有限公司"
        code = make("9", "1", "459999", f"MB{at:06d}")
        made.append(
            [
                name,
                code,
                PARKS[at % 5],
                draw.choice(CAPITALS),
                draw.choice(DATES),
                scope,
                "是" if at % 9 == 0 else "否",
                f"0771{at:07d}",
            ]
        )
    return made


def ugly(path: Path) -> None:
    """Title, unit line, two header rows, a total at the end; full-width brackets and digits; five faults in it."""
    made = rows(60, 1)
    made[7][0] = "青禾云岭（中）木业有限责任公司"
    made[11][1] = made[11][1][:-1] + ("0" if made[11][1][-1] != "0" else "1")  # a wrong check character
    made[23] = list(made[22])  # the same row twice
    made[31][4] = "2019-02-30"  # no such day
    made[40][3] = "叁佰万"  # an amount in words
    made[52][1] = made[52][1][:15]  # a code cut short
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  a fixed mark, so that the file stays the same
        sheet = book.add_worksheet("企业名录")
        sheet.merge_range(
            0, 0, 0, 8, "青禾县（演示）2025年企业名录（全部虚构）", book.add_format({"bold": True, "align": "center"})
        )
        sheet.write_string(1, 0, "填报单位：工业和信息化局（演示）")
        sheet.merge_range(2, 0, 3, 0, "序号")
        sheet.merge_range(2, 1, 2, 4, "登记情况")
        sheet.merge_range(2, 5, 2, 8, "其他")
        for at, label in enumerate(
            ("单位名称", "统一信用代码", "所在园区", "注册资金", "成立时间", "经营业务范围", "是否规上", "联系电话"),
            start=1,
        ):
            sheet.write_string(3, at, label)
        for number, cells in enumerate(made, start=1):
            sheet.write_number(3 + number, 0, number)
            for at, cell in enumerate(cells, start=1):
                sheet.write_string(3 + number, at, cell)
        sheet.write_string(4 + len(made), 0, "合计")
        sheet.write_number(4 + len(made), 4, len(made))


def plain(path: Path) -> None:
    """A CSV as an old system writes it: GB18030, other headers, twenty firms of the first file changed and twenty new ones."""
    with path.open("w", encoding="gb18030", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(["企业全称", "社会信用代码", "园区", "注册资本(万元)", "注册日期"])
        for cells in rows(20, 1) + rows(20, 101):
            writer.writerow([cells[0], cells[1], cells[2], "600", "2015-03-12"])


if __name__ == "__main__":
    ugly(HERE / "messy-register.xlsx")
    plain(HERE / "old-system-gb18030.csv")
