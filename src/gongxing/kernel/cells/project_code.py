"""国家项目代码: the code the national platform of investment projects gives a project; its layout is recalled, not read (status recalled).

24 characters, 20 digits in five groups joined by hyphens: ``YYMM-AAAAAA-TT-NN-NNNNNN``, for example 2405-450127-04-01-123456: year and month,
division of six digits, kind of procedure, kind of project, number. Codes given in 2016 to 2020 begin with the four digits of the year
instead (2019-450127-30-03-012345); a month of 16 to 20 does not exist, so the two cannot be mistaken for each other.
"""

import re
import unicodedata
from dataclasses import dataclass

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import tight

GROUPS = (4, 6, 2, 2, 6)
DIGITS, LENGTH = 20, 24
YEARS_IN_FULL = frozenset({"2016", "2017", "2018", "2019", "2020"})
_DASHES = re.compile(
    r"[-\u00ad\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2500\u2501\u2e3a\u2e3b\u30fc\ufe58\ufe63\uff0d\uff70~_]+"
)


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The parts of a code. ``month`` is None for codes of 2016 to 2020; ``procedure`` and ``sort`` are the two groups of two digits."""

    text: str
    year: int
    month: int | None
    division: str
    procedure: str
    sort: str
    number: str

    def __str__(self) -> str:
        return self.text


def parse(raw: str) -> ProjectCode:
    """Read a code. Full-width digits, blanks and dashes of every kind are folded; 20 digits without hyphens get them.

    Raises Fault: ``project_code.length`` (length of digits, text), ``project_code.character`` (position, character),
    ``project_code.groups`` (found: how the digits are grouped, fix: the code rightly grouped), ``project_code.month`` (month),
    ``project_code.division`` (text).
    """
    code = _DASHES.sub("-", tight(raw).strip("'’`\"")).strip("-")
    for position, sign in enumerate(code, start=1):
        if sign != "-" and not ("0" <= sign <= "9"):
            raise Fault("project_code.character", position=position, character=_shown(sign), text=code[:40])
    digits = code.replace("-", "")
    if len(digits) != DIGITS:
        raise Fault("project_code.length", length=len(digits), text=code[:40])
    parts, at = [], 0
    for size in GROUPS:
        parts.append(digits[at : at + size])
        at += size
    right = "-".join(parts)
    if "-" in code and code != right:
        raise Fault("project_code.groups", found="-".join(str(len(one)) for one in code.split("-")), fix=right)
    head, division, procedure, sort, number = parts
    if head in YEARS_IN_FULL:
        year, month = int(head), None
    else:
        year, month = 2000 + int(head[:2]), int(head[2:])
        if not 1 <= month <= 12:
            raise Fault("project_code.month", month=head[2:], text=right)
    if not "11" <= division[:2] <= "82" or division[:2].endswith("0"):
        raise Fault("project_code.division", text=division)
    return ProjectCode(right, year, month, division, procedure, sort, number)


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else unicodedata.name(sign, f"U+{ord(sign):04X}")
