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


# A second reading: one regular expression with look-aheads per rule over the normalised text.


def second_reading(text: str) -> list[tuple[str, str]]:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = []
    for sentence in re.split("[。;!?]", plain):
        for row in RULE_ROWS:
            wanted = "".join(
                f"(?=.*(?:{'|'.join(map(re.escape, group.split('/')))}))" for group in row["match_all"].split("&&")
            )
            silent = "|".join(map(re.escape, filter(None, row["unless"].split("/"))))
            first = "|".join(map(re.escape, row["match_all"].split("&&")[0].split("/")))
            head = re.match(
                f"(?:(?!{first}).)*[^,]*", sentence
            )  # up to the comma after the first word of the first group
            if sentence and re.match(f"^{wanted}", sentence) and not (silent and head and re.search(silent, head[0])):
                found.append((row["code"], sentence))
    return found


ALL_WORDS = sorted(
    {word for row in RULE_ROWS for group in row["match_all"].split("&&") for word in group.split("/")}
    | {word for row in RULE_ROWS for word in row["unless"].split("/") if word}
)
pieces = st.lists(
    st.one_of(st.sampled_from(ALL_WORDS), st.sampled_from([*"。；！？;!?，、：的企业按50%", "本县", "\u3000", " "])),
    max_size=14,
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
            assert hit.start <= mark.start < mark.end <= hit.end
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
