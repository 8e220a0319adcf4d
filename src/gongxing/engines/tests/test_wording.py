"""The fair-competition wording rules: every example clause exactly, a second reading as oracle, and every way to hide a word."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.wording import FieldRefusal, Hit, WordingRule, WordingRules, fold, refused_fields

BUSY = [HealthCheck.too_slow]  # drawing takes long where two processors serve many
HERE = Path(__file__).resolve()
PACK = HERE.parents[4] / "packs" / "fair-competition"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


RULE_ROWS = rows(PACK / "rules.csv")
CLAUSES = rows(HERE.parent / "clauses.csv")
RULES = WordingRules.from_rows(RULE_ROWS)


def hit_codes(text: str, severity: str = "") -> list[str]:
    return sorted({hit.rule for hit in RULES.check(text) if severity in ("", hit.severity)})


def listed(text: str) -> list[str]:
    return [one for one in text.split(";") if one]


def test_there_are_the_examples_that_were_promised() -> None:
    kinds = Counter(row["kind"] for row in CLAUSES)
    assert kinds == {"positive": 30, "negative": 30, "tricky_positive": 4, "amber": 6}
    exercised = {code for row in CLAUSES for code in listed(row["red"]) + listed(row["amber"])}
    assert exercised == {row["code"] for row in RULE_ROWS}


@pytest.mark.parametrize("row", CLAUSES, ids=lambda row: row["code"])
def test_every_example_clause(row: dict[str, str]) -> None:
    text = row["clause_zh"]
    assert (hit_codes(text, "red"), hit_codes(text, "amber")) == (listed(row["red"]), listed(row["amber"]))


def test_a_hit_says_where_in_the_text_as_written() -> None:
    text = "一、总则。\n对入选 县级产业链「链\u200b主」企业的，一次性进 档奖\u3000励50万元；其他不变。"
    (hit,) = RULES.check(text)
    assert (hit.rule, hit.severity) == ("FC03", "red")
    assert hit.sentence == text[hit.start : hit.end] == text[text.index("对入选") : text.index("；")]
    assert [(mark.word, text[mark.start : mark.end]) for mark in hit.marks] == [
        ("链主", "链\u200b主"),
        ("进档", "进 档"),
        ("奖励", "奖\u3000励"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "税收返还",
        "税 收 返 还",
        "税\u200b收\u200d返\ufeff还",
        "税收\n返还",
        "税\u00ad收\u2060返\u180e还",
        "税收“返还”",
        "税·收·返·还",
        "税\u0336收\u0336返\u0336还\u0336",
        "⼀律税收返还",
        "税\u3164收\ufe0f返\u034f还",
        "税收\u202e返还\u202c",
    ],
)
def test_a_word_cannot_be_hidden(text: str) -> None:
    assert hit_codes(f"按{text}五成执行") == ["FC01"]


def test_other_widths_and_compatibility_signs_are_the_same_word() -> None:
    rules = WordingRules(
        [WordingRule.from_row({"code": "X", "severity": "red", "match_all": "ＧＤＰ贡献/土地", "unless": ""})]
    )
    assert [hit.rule for hit in rules.check("按ＧＤＰ 贡献，按gdp。GDP贡献；⼟地！")] == ["X", "X", "X"]
    assert [hit.sentence for hit in rules.check("按GDP贡献？⼟地")] == ["按GDP贡献", "⼟地"]


@pytest.mark.parametrize("end", "。；！？;!?")
def test_a_silencing_word_works_within_its_sentence_only(end: str) -> None:
    assert hit_codes("严禁税收返还") == []
    assert hit_codes(f"严禁违规{end}给予税收返还") == ["FC01"]
    assert hit_codes(f"给予税收返还{end}严禁违规") == ["FC01"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("按企业对地方经济贡献的50%给予奖励，不与同类政策重复享受", "FC02"),
        ("对链主企业给予进档奖励200万元，同一事项不享受其他政策奖励", "FC03"),
        ("对链主企业给予进档奖励200万元，奖励资金不得以任何理由截留", "FC03"),
        ("对新迁入企业给予奖励100万元，不要求企业提供担保", "FC04"),
        ("政府承诺保底收益，不承诺其他事项", "FC09"),
    ],
)
def test_a_stock_phrase_after_a_comma_takes_nothing_back(text: str, rule: str) -> None:
    assert rule in hit_codes(text)


@pytest.mark.parametrize("pause", "，,、：:")
def test_a_pause_does_not_end_a_sentence(pause: str) -> None:
    assert hit_codes(f"链主企业{pause}给予奖励") == ["FC03"]
    assert hit_codes(f"严禁违规{pause}给予税收返还") == []


def test_a_silencing_word_of_one_numbered_item_does_not_silence_another() -> None:
    assert hit_codes("措施：\n（一）严禁违规收费，\n（二）给予税收返还，\n（三）做好服务") == ["FC01"]
    assert hit_codes("1. 严禁违规收费\n2. 给予税收返还") == ["FC01"]
    assert hit_codes("严禁下列做法：\n（一）税收返还，\n（二）零地价") == []
    assert hit_codes("对链主企业：\n（一）给予奖励，\n（二）严禁违规收费") == ["FC03"]
    assert hit_codes("严禁给予\n税收返还") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("对链主企业：提供上门服务；给予进档奖励50万元；优先安排用地。", ["FC03"]),
        ("第三条 对链主企业：提供上门服务；给予进档奖励50万元。", ["FC03"]),
        ("对下列企业给予奖励：（一）完成技改的企业；（二）龙头企业；（三）其他企业。", ["FC03"]),
        ("对下列企业给予奖励：\n（一）完成技改的企业；\n（二）龙头企业；\n（三）其他企业。", ["FC03"]),
        ("对下列企业给予奖励（一）完成技改的企业；（二）龙头企业。", ["FC03"]),
        ("措施如下：严禁违规收费；给予税收返还；做好服务。", ["FC01"]),
        ("措施如下：给予税收返还；严禁违规收费。", ["FC01"]),
        ("不得以会议纪要代替文件，措施如下：做好服务；实行零地价。", ["FC06"]),
        ("对链主企业：不得以身份给予资金；给予进档奖励50万元。", ["FC03"]),
    ],
)
def test_no_item_of_a_list_hides_another(text: str, codes: list[str]) -> None:
    assert hit_codes(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "严禁下列做法：（一）税收返还；（二）零地价；（三）财政保底。",
        "严禁下列做法：\n（一）税收返还；\n（二）零地价。",
        "不以链主身份为条件，对下列企业按公开标准办理：完成技改的企业；年节能量达到标准的，给予奖励。",
        "鼓励龙头企业牵头制定标准；对完成技改的企业，按设备投资额给予补助。",
        "（一）对链主企业：提供上门服务；（二）对完成技改的企业，按设备投资额给予补助。",
        "对链主企业：提供上门服务；不得给予资金奖励，不得优先安排用地。",
        "链主企业名单如下：甲公司；乙公司。对完成技改的企业给予补助。",
    ],
)
def test_a_list_says_no_more_than_its_items_under_their_head(text: str) -> None:
    assert hit_codes(text) == []


def test_an_item_is_told_with_the_words_of_its_head() -> None:
    text = "对链主企业：提供上门服务；给予进档奖励50万元。"
    (hit,) = RULES.check(text)
    assert hit.sentence == text[hit.start : hit.end] == "给予进档奖励50万元"
    assert [(mark.word, mark.start) for mark in hit.marks] == [("链主", 1), ("进档", 15), ("奖励", 17)]
    (first,) = RULES.check("对链主企业给予奖励：每年10万元；每年安排一次奖励大会。")
    assert first.sentence == "对链主企业给予奖励：每年10万元"


@pytest.mark.parametrize("word", ["不低于", "不得低于", "不应低于", "不能低于", "不可低于", "不允许低于"])
def test_a_lawful_floor_of_the_land_price_is_no_cheap_land(word: str) -> None:
    assert hit_codes(f"工业用地出让价{word}最低价标准") == []
    assert hit_codes(f"工业用地出让底价{word}工业用地最低价标准，土地价款全额入库") == []
    assert hit_codes(f"出让价{word}最低价标准，返还土地出让价款") == ["FC06"]
    assert hit_codes(f"出让价{word}最低价标准；对该项目可低于最低价供地") == ["FC06"]
    for share in ("标准的70%", "的百分之七十", "标准的七成"):
        assert hit_codes(f"出让价{word}最低价{share}") == ["FC06"]
    assert hit_codes(f"出让价{word}最低价标准的100%") == []


def test_cheap_land_is_told() -> None:
    assert hit_codes("出让价可低于最低价标准") == ["FC06"]
    assert hit_codes("政府不得不低于最低价供地") == ["FC06"]


def test_marks_tell_the_longer_of_two_words_at_one_place() -> None:
    (hit,) = RULES.check("对龙头企业优先安排用地")
    assert [mark.word for mark in hit.marks] == ["龙头企业", "优先安排"]


def test_nothing_is_found_in_nothing() -> None:
    assert RULES.check("") == ()
    assert RULES.check(" \u200b。；") == ()
    assert WordingRules([]).check("税收返还") == ()


def test_a_rule_with_an_empty_group_is_refused() -> None:
    with pytest.raises(ValueError, match="FC99"):
        WordingRule.from_row({"code": "FC99", "severity": "red", "match_all": "税收&&", "unless": ""})


# A second reading: regular expressions with look-aheads per rule over the normalised text.

NOTS = [f"不{more}" for more in ("", "得", "能", "应", "可", "许", "准", "宜", "会", "允许")]
TWICE = ("不得不", "不能不", "不可不", "不会不")
CUT = "(?:标准)?的?(?!100%|百分之百)(?:[0-9]+(?:[.][0-9]+)?%|百分之|[一二三四五六七八九半][成折])"
NUMBERED = re.compile(
    r"([(]?)(?:[一二三四五六七八九十百]+|[0-9]{1,3})([)、.])(?![0-9])|第[一二三四五六七八九十百0-9]+([条款项])"
)


def spelt(words: str) -> str:
    """One of the words; a word that begins with a comparison counts where no 不 turns it round."""
    found = []
    for word in filter(None, words.split("/")):
        plain = re.escape(word)
        if word.startswith(("低于", "高于", "少于", "多于", "超过")):
            straight = "".join(f"(?<!{one})" for one in NOTS)
            doubled = "|".join(f"(?<={one})" for one in TWICE)
            plain = f"(?:{straight}|{doubled}){plain}|{plain}(?={CUT})"
        found.append(f"(?:{plain})")
    return "|".join(found)


def has(words: str, text: str) -> bool:
    return bool(words) and re.search(spelt(words), text) is not None


def opening(words: str, text: str) -> str:
    """Up to the comma after the first of the words."""
    found = re.search(spelt(words), text)
    begins = found.start() if found else 0
    return text[:begins] + text[begins:].split(",")[0]


def excused(row: dict[str, str], text: str, head: str) -> bool:
    groups = row["match_all"].split("&&")
    if not head:
        return has(row["unless"], opening(groups[0], text))
    lead = head[:-1] if head.endswith(":") else head
    near = [lead.split(",")[-1], opening(next(group for group in groups if has(group, text)), text)]
    if has(groups[0], head) and not all(has(group, text) for group in groups):
        near.append(opening(groups[0], head))
    return any(has(row["unless"], one) for one in near)


def second_reading(text: str) -> list[tuple[str, str]]:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = []
    for period in re.split("[。!?]", plain):
        items = period.split(";")
        ends = [one.end() for one in re.finditer(r":(?![0-9])|(?=[(][一1][)]|一是)", items[0]) if one.end()]
        head = items[0][: min(ends)] if ends else ""
        own = NUMBERED.match(items[0])
        for n, item in enumerate(items):
            numbered = NUMBERED.match(item)
            if n and own and numbered and own.groups() == numbered.groups():
                head = ""
            above = head if n else ""
            for row in RULE_ROWS:
                groups = row["match_all"].split("&&")
                alone, by_head = (all(has(group, one) for group in groups) for one in (item, above))
                joint = all(has(group, item) or has(group, above) for group in groups)
                if item and (alone or (joint and not by_head)) and not excused(row, item, above):
                    found.append((row["code"], item))
    return found


ALL_WORDS = sorted(
    {word for row in RULE_ROWS for group in row["match_all"].split("&&") for word in group.split("/")}
    | {word for row in RULE_ROWS for word in row["unless"].split("/") if word}
)
pieces = st.lists(
    st.one_of(
        st.sampled_from(ALL_WORDS),
        st.sampled_from(
            [
                *"。；！？;!?，、：的企业按50%不得",
                "（一）",
                "（二）",
                "一是",
                "第三条",
                "标准的七成",
                "本县",
                "\u3000",
                " ",
            ]
        ),
    ),
    max_size=18,
)
clauses = st.one_of(st.builds("".join, pieces), st.sampled_from([row["clause_zh"] for row in CLAUSES]))


@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
@given(clauses)
def test_the_second_reading_agrees(text: str) -> None:
    assert [(hit.rule, fold(hit.sentence).text) for hit in RULES.check(text)] == second_reading(text)


INVISIBLE = st.sampled_from(
    [" ", "\u3000", "\u200b", "\u200d", "\ufeff", "\t", "\u2060", "\u00ad", "\ufe0f", "\u034f", "“", "·"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=BUSY)
@given(clauses, st.lists(st.tuples(st.integers(0, 60), INVISIBLE), max_size=12))
def test_invisible_signs_change_nothing_and_marks_point_into_the_text(text: str, noise: list[tuple[int, str]]) -> None:
    written = text
    for place, sign in noise:
        written = written[:place] + sign + written[place:]
    found = RULES.check(written)

    def told(hits: tuple[Hit, ...]) -> list[tuple[str, list[str]]]:
        return [(hit.rule, [mark.word for mark in hit.marks]) for hit in hits]

    assert told(found) == told(RULES.check(text))
    for hit in found:
        assert written[hit.start : hit.end] == hit.sentence
        for mark in hit.marks:
            assert mark.start < mark.end <= hit.end and (hit.start <= mark.start or mark.end <= hit.start)
            assert fold(written[mark.start : mark.end]).text == mark.word


# Fields that may not decide.

REFUSALS = [FieldRefusal.from_row(row, row["source"], row["status"]) for row in rows(PACK / "refused_fields.csv")]


def test_a_lead_firm_tag_can_never_decide_who_is_supported() -> None:
    (found,) = refused_fields("eligibility", ["industry_code", "firm.lead_firm", "investment"], REFUSALS)
    assert (found.field, found.rule, found.status) == ("lead_firm", "FC03", "excerpt")
    assert found.article_zh.startswith("条例10条第2项")


def test_tax_paid_can_never_be_the_base_of_an_amount() -> None:
    assert [one.rule for one in refused_fields("amount", ["equipment", "tax_paid"], REFUSALS)] == ["FC02"]
    assert refused_fields("amount", ["equipment", "lead_firm"], REFUSALS) == ()
    assert refused_fields("amount", [], REFUSALS) == ()


def test_a_field_named_twice_is_refused_once() -> None:
    assert len(refused_fields("eligibility", ["ownership", "firm.ownership", "ownership"], REFUSALS)) == 1


def test_every_refused_field_names_a_rule_there_is() -> None:
    assert {one.rule for one in REFUSALS} <= {row["code"] for row in RULE_ROWS}
    assert {one.use for one in REFUSALS} == {"eligibility", "amount"}
