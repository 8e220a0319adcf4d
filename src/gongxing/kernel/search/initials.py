"""Pinyin initials of names, every usual reading of a polyphone: 重庆 is found by cq and by zq."""

import unicodedata
from collections.abc import Sequence
from itertools import product

from pypinyin import Style, pinyin

# Characters of names and places with a second usual initial beside the one pypinyin gives first. Drawn from the phrase table of
# pypinyin (a reading in at least 4 % of a character's phrases), less what names do not use, with surnames and place names added.
_ALSO = (
    "行xh 长zc 重zc 乐ly 调dt 传cz 朝cz 折zs 弹dt 藏cz 系xj 乘cs 参cs 便bp 率ls 校xj 降jx 省sx 宿sx 属sz 给gj 圈qj 盛sc 屏pb 纤xq 畜cx "
    "卡kq 贾jg 泊pb 蔓mw 禅cs 壳kq 澄cd 扁bp 曾cz 裳sc 粥zy 尉wy 堡bp 粘zn 厦sx 栅zs 蛤hg 磅bp 茄jq 茜qx 莞gw 伽gjq 会hk 单ds 解jx "
    "仇cq 查cz 区qo 朴pb 翟zd 万wm 繁fp 覃qt 车cj 铅qy 番fp 圩wx 埔pb 涌yc 峒dt 垌dt 侗dt 僮tz 隗kw 褚cz 阿ae 术sz 种zc 莘xs 歙xs "
    "浒hx 枞zc 蔚wy 浚jx 泌mb 夹jg 囤td 屯tz 荨xq 龟gj 句jg 巷xh 提td 晟cs 栎ly 沈sc 泷ls 涡wg 渑ms 秘mb 铛cd 镐gh 颉xj 冯f 汤t 石s 地d"
)
MAX_READINGS = 8
_COMMON = {pair[0]: pair[1:] for pair in _ALSO.split()}


class _Letters(dict[str, str]):
    """Character → its possible initials, the usual one first; "" for what nobody types."""

    def __missing__(self, sign: str) -> str:
        first = _first(pinyin(sign, style=Style.FIRST_LETTER, errors="default")[0][0])
        value = self[sign] = "".join(dict.fromkeys(first + _COMMON.get(sign, "")))
        return value


def _first(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading[:1]).lower()[:1]
    return plain if plain.isascii() and plain.isalnum() else ""


_LETTERS = _Letters()


def readings_of(name: str) -> list[str]:
    """The readings of a folded name as initials, letters and digits kept; at most ``MAX_READINGS``, the usual one first.

    Beyond three polyphones in one name the later ones keep their usual reading. [] when there is nothing to type.
    """
    choices: Sequence[str] = [letters for sign in name if (letters := _LETTERS[sign])]
    plain = "".join(choices)
    if len(plain) == len(choices):
        return [plain] if plain else []
    count, limited = 1, []
    for letters in choices:
        several = letters if count * len(letters) <= MAX_READINGS else letters[:1]
        count *= len(several)
        limited.append(several)
    return list(dict.fromkeys("".join(one) for one in product(*limited)))
