"""Where a thing goes when the lexicon knows what makes it but not what sells, repairs or rents it.

Editor's judgement by division of GB/T 4754-2017: the class of division 51 under which goods of a manufacturing division
are mostly sold. Used at a discount, and only when the word has no class of its own.
"""

from __future__ import annotations

WHOLESALE: dict[str, str] = {
    "01": "5119", "02": "5115", "03": "5116", "04": "5117", "06": "5161", "07": "5162", "08": "5164", "09": "5164", "10": "5163",
    "13": "5129", "14": "5129", "15": "5127", "16": "5128", "17": "5131", "18": "5132", "19": "5133", "20": "5165", "21": "5139",
    "22": "5141", "23": "5199", "24": "5149", "25": "5162", "26": "5169", "27": "5151", "28": "5131", "29": "5169", "30": "5165",
    "31": "5164", "32": "5164", "33": "5174", "34": "5179", "35": "5179", "36": "5172", "37": "5179", "38": "5175", "39": "5179",
    "40": "5179", "41": "5135", "42": "5191",
}  # fmt: skip
RETAIL: dict[str, str] = {
    "13": "5229", "14": "5229", "15": "5226", "16": "5227", "17": "5231", "18": "5232", "19": "5233", "20": "5286", "21": "5283",
    "23": "5243", "24": "5246", "25": "5296", "27": "5251", "29": "5239", "30": "5287", "33": "5281", "36": "5263", "37": "5238",
    "38": "5272", "39": "5279", "41": "5235",
}  # fmt: skip
GROUP_WHOLESALE: dict[str, str] = {
    "131": "5121", "132": "5113", "133": "5121", "134": "5122", "135": "5124", "136": "5124", "137": "5123", "141": "5122",
    "142": "5122", "144": "5124", "146": "5125", "149": "5126", "192": "5139", "195": "5133", "211": "5139", "241": "5141",
    "242": "5147", "243": "5146", "244": "5142", "262": "5166", "263": "5167", "268": "5134", "274": "5152", "273": "5152",
    "275": "5153", "277": "5154", "331": "5165", "335": "5165", "338": "5135", "357": "5171", "358": "5154", "385": "5138",
    "386": "5138", "387": "5136", "391": "5176", "392": "5177", "393": "5178", "395": "5137", "375": "5173", "376": "5139",
}  # fmt: skip
REPAIR: dict[str, str] = {
    "33": "4310", "34": "4320", "35": "4330", "36": "8111", "37": "4349", "38": "4350", "39": "8129", "40": "4360",
}  # fmt: skip
GROUP_REPAIR: dict[str, str] = {
    "373": "4342", "371": "4341", "374": "4343", "375": "8113", "385": "8132", "391": "8121", "392": "8122", "395": "8131",
    "526": "8111", "527": "8132",
}  # fmt: skip
INSTALL: dict[str, str] = {"33": "4999", "34": "4920", "38": "4910", "39": "4999", "40": "4999"}


def sold(make: str) -> str:
    """The wholesale class for what class ``make`` makes, or ""."""
    return GROUP_WHOLESALE.get(make[:3]) or WHOLESALE.get(make[:2], "")


def retailed(make: str) -> str:
    """The retail class for what class ``make`` makes; production inputs are wholesale even at the counter."""
    return RETAIL.get(make[:2]) or sold(make)


REPAIR_OF: dict[str, str] = {
    "5172": "8111", "5173": "8113", "5176": "8121", "5177": "8122", "5238": "8191", "5264": "8113", "5273": "8121", "5274": "8122",
}  # fmt: skip


def repaired(code: str) -> str:
    """The repair class for what class ``code`` makes or sells."""
    return REPAIR_OF.get(code) or GROUP_REPAIR.get(code[:3]) or REPAIR.get(code[:2], "4390")


def installed(make: str) -> str:
    """The installation class for what class ``make`` makes."""
    return INSTALL.get(make[:2], "4999")


GROWN: dict[str, str] = {
    "131": "0119", "136": "0412", "137": "0149", "135": "0399", "139": "0399", "153": "0164", "511": "0190", "512": "0149",
    "201": "0212", "273": "0171", "274": "0171",
}  # fmt: skip
"""Growing or rearing class by the group that processes or sells the product."""


def grown(code: str) -> str:
    """The growing or rearing class for what group ``code`` processes or sells."""
    return GROWN.get(code[:3], "0190")


MADE: dict[str, str] = {
    "5111": "1399", "5114": "0514", "5115": "2039", "5119": "1399", "5121": "1399", "5122": "1419", "5123": "1371", "5124": "1353",
    "5127": "1529", "5129": "1499", "5131": "1712", "5132": "1819", "5133": "1959", "5135": "4119", "5139": "4119", "5141": "2419",
    "5142": "2442", "5146": "2439", "5161": "2529", "5162": "2511", "5163": "3099", "5164": "3399", "5165": "3039", "5166": "2624",
    "5169": "2669", "5171": "3572", "5172": "3670", "5174": "3399", "5175": "3899", "5176": "3919", "5177": "3922", "5178": "3939",
    "5179": "3599", "5191": "4210",
}  # fmt: skip
"""Making class of goods that the lexicon knows only from trade (金属材料, 机电产品): the residual class of the nearest division."""


def guessed_maker(code: str) -> str:
    """The making class for goods of wholesale class ``code``, or ""."""
    return MADE.get(code, "")
