"""A name taken apart: region, brand with trade, form, tail after 公司; and what forbids two names to be one firm."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gongxing.engines.names.folding import LEGAL_FORMS, fold

_NUMERALS = re.compile(
    r"第?[一二三四五六七八九十百零〇0-9]+(?=分?[厂店队部站所处校区号公分营]|$)|第[一二三四五六七八九十百零〇0-9]+|\d+"
)
_BRANCH = re.compile(
    r"分公司|分店|分厂|支行|支公司|办事处|营业部|营业所|门市部|经营部|分行|代表处|加工厂$|储蓄所|分理处|分社|供应站"
)
_SUFFIX = re.compile(r"(壮族自治区|维吾尔自治区|回族自治区|自治区|特别行政区|自治州|自治县|省|市|县|区|旗|盟|地区)$")
SHORTEST_REGION = 2


@dataclass(frozen=True)
class Regions:
    """Place names by length, longest first, with and without 省市县区 …"""

    names: frozenset[str]
    longest: int

    @classmethod
    def of(cls, names: Iterable[str]) -> "Regions":
        """From the names of the division table."""
        found: set[str] = set()
        for name in names:
            folded = fold(name)
            short = _SUFFIX.sub("", folded)
            found.add(folded)
            if len(short) >= SHORTEST_REGION:
                found.add(short)
        return cls(frozenset(found), max((len(name) for name in found), default=0))

    def lead(self, text: str) -> str:
        """The longest place name the text begins with, "" when none."""
        for length in range(min(self.longest, len(text)), SHORTEST_REGION - 1, -1):
            if text[:length] in self.names:
                return text[:length]
        return ""


@dataclass(frozen=True)
class Structure:
    """The parts of a folded name. ``region`` all leading and bracketed places without their suffix, joined by |."""

    region: str
    body: str
    form: str
    tail: str
    numerals: tuple[str, ...]
    group: bool
    branch: bool

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...], bool]:
        """What must be equal for a one-click suggestion: region, body, tail, numbers and 集团."""
        return (self.region, self.body, self.tail, self.numerals, self.group)


def structure(name: str, regions: Regions) -> Structure:
    """Take a name apart."""
    text = fold(name)
    inside = re.findall(r"\(([^()]*)\)", text)
    plain = re.sub(r"\([^()]*\)", "", text)
    places = [place for part in inside if part and (place := regions.lead(part)) == part]
    group = "集团" in text
    while True:
        place = regions.lead(plain)
        if not place or len(plain) - len(place) < SHORTEST_REGION:
            break
        places.append(place)
        plain = plain[len(place) :]
        plain = re.sub(r"^(壮族自治区|自治区|省|市|县|区)", "", plain) if len(plain) > 4 else plain
    head, form, tail = _form(plain)
    body = head.replace("集团", "")
    shorts = sorted({_SUFFIX.sub("", place) for place in places})
    numerals = tuple(match.strip("第") for match in _NUMERALS.findall(head + tail))
    return Structure("|".join(shorts), body, form, tail, numerals, group, bool(_BRANCH.search(text)))


def _form(text: str) -> tuple[str, str, str]:
    """(head, legal form, tail after it)."""
    best = (-1, "")
    for form in LEGAL_FORMS:
        at = text.find(form)
        if at > 0 and (best[0] < 0 or at < best[0] or (at == best[0] and len(form) > len(best[1]))):
            best = (at, form)
    if best[0] < 0:
        return text, "", ""
    return text[: best[0]], best[1], text[best[0] + len(best[1]) :]


def vetoes(one: Structure, other: Structure) -> tuple[str, ...]:
    """What forbids the two to be one firm: numerals, branch, group, region (codes, not sentences)."""
    found = []
    if one.numerals != other.numerals:
        found.append("numerals")
    if one.branch != other.branch or (one.branch and one.tail != other.tail):
        found.append("branch")
    if one.group != other.group:
        found.append("group")
    if one.region and other.region and not set(one.region.split("|")) & set(other.region.split("|")):
        found.append("region")
    return tuple(found)


def unlike(one: str, other: str, regions: Regions) -> bool:
    """Whether two names have no word in common: no two neighbouring characters of brand, trade and what stands after the legal form.
    Places and legal forms say nothing: half the register begins and ends alike. A part of one character is compared whole."""
    return _words(structure(one, regions)).isdisjoint(_words(structure(other, regions)))


def _words(found: Structure) -> set[str]:
    parts = [part for part in (found.body, found.tail) if part]
    return {part[at : at + 2] for part in parts for at in range(max(len(part) - 1, 1))}
