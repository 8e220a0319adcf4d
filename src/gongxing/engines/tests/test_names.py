"""Names: folding, structure, vetoes, the index against a plain search, duplicates. All names are invented."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from gongxing.engines.names import Candidate, NameEntry, NameIndex, Regions, Tier, core, fold, structure, vetoes
from gongxing.engines.names.duplicates import NameRow, duplicates
from gongxing.engines.names.structure import unlike

REGIONS = Regions.of(["青禾县", "广西壮族自治区", "江苏省", "南宁市", "甘肃省", "江西省"])
BRANDS, TRADES = (
    ("禾盛", "云岭", "金穗", "蓝田", "恒泽", "丰稷"),
    ("糖业", "木业", "建材", "茶业", "纸业", "电子科技", "食品", "包装"),
)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "厂")


@pytest.mark.parametrize(
    ("written", "folded", "bare"),
    [
        ("青禾（演示）糖业有限公司", "青禾(演示)糖业有限公司", "青禾糖业"),
        (" 青禾·糖业 有限责任公司 ", "青禾糖业有限责任公司", "青禾糖业"),
        ("ＡＢＣ建材有限公司", "ABC建材有限公司", "ABC建材"),
        ("青禾糖业集团有限公司", "青禾糖业集团有限公司", "青禾糖业集团"),
        ("公司", "公司", "公司"),
    ],
)
def test_folding(written: str, folded: str, bare: str) -> None:
    assert (fold(written), core(written)) == (folded, bare)


@given(st.text(max_size=30))
def test_folding_is_idempotent(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_structure() -> None:
    found = structure("江苏省青禾县禾盛糖业第二厂", REGIONS)
    assert (found.region, found.body, found.numerals) == ("江苏|青禾", "禾盛糖业第二厂", ("二",))
    branch = structure("禾盛糖业有限公司青禾分公司", REGIONS)
    assert (branch.form, branch.tail, branch.branch) == ("有限公司", "青禾分公司", True)


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        ("禾盛第一糖厂", "禾盛第二糖厂", ("numerals",)),
        ("禾盛糖业有限公司", "禾盛糖业有限公司青禾分公司", ("branch",)),
        ("禾盛糖业集团有限公司", "禾盛糖业有限公司", ("group",)),
        ("江苏禾盛糖业有限公司", "甘肃禾盛糖业有限公司", ("region",)),
        ("青禾县禾盛糖业有限公司", "青禾禾盛糖业有限责任公司", ()),
    ],
)
def test_vetoes(one: str, other: str, against: tuple[str, ...]) -> None:
    assert vetoes(structure(one, REGIONS), structure(other, REGIONS)) == against


def invented(count: int, seed: int = 7) -> list[NameEntry]:
    draw = random.Random(seed)
    names = {
        f"{draw.choice(('青禾', '南宁', '江苏', ''))}{draw.choice(BRANDS)}{draw.choice('东西南北中')}{draw.choice(TRADES)}{draw.choice(FORMS)}"
        for _ in range(count)
    }
    return [NameEntry(at + 1, name, f"C{at:08d}") for at, name in enumerate(sorted(names))]


def test_an_equal_name_links_and_answers_alone() -> None:
    entries = invented(3000)
    index = NameIndex(entries, REGIONS)
    assert len(index) == len(entries) > 800
    for entry in entries[::17]:
        found = index.find(
            f" {entry.name[:2]}（{entry.name[2:3]}） ".replace("（", "").replace("）", "") + entry.name[3:]
        )
        assert [(one.id, one.tier, one.reasons) for one in found] == [(entry.id, Tier.LINK, ("folded",))]


def test_a_code_links_whatever_the_name() -> None:
    index = NameIndex(invented(500), REGIONS)
    found = index.find("完全另一个名字", "c00000042")
    assert [(one.id, one.tier, one.reasons) for one in found] == [(43, Tier.LINK, ("code",))]


def test_one_name_under_two_codes_is_never_linked() -> None:
    twins = [NameEntry(1, "青禾保险支公司", "A1111111"), NameEntry(2, "青禾保险支公司", "B2222222")]
    found = NameIndex(twins, REGIONS).find("青禾保险支公司")
    assert {(one.id, one.tier, one.reasons) for one in found} == {
        (1, Tier.LIST, ("folded", "two_codes")),
        (2, Tier.LIST, ("folded", "two_codes")),
    }
    other = NameIndex(twins[:1], REGIONS).find("青禾保险支公司", "Z9999999")
    assert [(one.tier, one.reasons) for one in other] == [(Tier.LIST, ("folded", "other_code"))]


def test_another_legal_form_is_suggested_and_marked() -> None:
    index = NameIndex([NameEntry(5, "青禾县禾盛糖业有限责任公司"), NameEntry(6, "青禾禾盛纸业有限公司")], REGIONS)
    first = index.find("青禾禾盛糖业有限公司")[0]
    assert (first.id, first.tier, first.reasons) == (5, Tier.SUGGEST, ("structure",))
    assert "".join(first.folded[at] for at in first.differs) == "县责任"


@pytest.mark.parametrize(
    "absent", ["禾盛第三糖厂", "甘肃禾盛糖业有限公司", "禾盛糖业集团有限公司", "禾盛糖业有限公司青禾分公司"]
)
def test_vetoed_names_are_listed_never_suggested(absent: str) -> None:
    entries = [NameEntry(1, "禾盛第二糖厂"), NameEntry(2, "江苏禾盛糖业有限公司"), NameEntry(3, "禾盛糖业有限公司")]
    assert all(
        one.tier is Tier.LIST
        for one in NameIndex(entries[:2] if absent[:2] == "甘肃" else entries, REGIONS).find(absent)
    )


def plain_best(cores: dict[int, str], asked: str) -> set[int]:
    """The ids of the highest plain similarity of cores over all names: no index, no tiers."""
    scores = {key: Levenshtein.normalized_similarity(core(asked), text) for key, text in cores.items()}
    return {key for key, score in scores.items() if score == max(scores.values())}


def test_the_list_holds_what_a_plain_search_finds_best() -> None:
    entries, draw = invented(2500), random.Random(3)
    index, hits = NameIndex(entries, REGIONS), 0
    cores = {entry.id: core(entry.name) for entry in entries}
    for entry in draw.sample(entries, 30):
        at = draw.randrange(len(entry.name) - 2)
        asked = entry.name[:at] + "璞" + entry.name[at + 1 :]
        hits += bool({one.id for one in index.find(asked)} & plain_best(cores, asked))
    assert hits >= 29


def test_adding_and_removing() -> None:
    index = NameIndex(invented(300), REGIONS)
    size = len(index)
    index.add(NameEntry(9001, "青禾新设酒业有限公司", "N1"))
    assert len(index) == size + 1
    assert index.find("青禾新设酒业有限公司")[0].id == 9001
    index.add(NameEntry(9001, "青禾改名酒业有限公司", "N1"))
    assert len(index) == size + 1
    assert index.find("青禾新设酒业有限公司")[0].tier is not Tier.LINK
    index.remove(9001)
    index.remove(123456789)
    assert len(index) == size
    for at in range(700):
        index.add(NameEntry(20_000 + at, f"青禾增设{at}号茶业有限公司"))
    assert len(index) == size + 700
    assert index.find("青禾增设699号茶业有限公司")[0].tier is Tier.LINK


@pytest.mark.parametrize("asked", ["", "　", "。", "厂"])
def test_a_name_of_nothing_finds_nothing_sure(asked: str) -> None:
    found: list[Candidate] = NameIndex(invented(200), REGIONS).find(asked)
    assert all(one.tier is Tier.LIST for one in found)


def test_an_empty_index() -> None:
    index = NameIndex([], REGIONS)
    assert index.find("青禾糖业有限公司") == []
    index.add(NameEntry(1, "青禾糖业有限公司"))
    assert index.find("青禾糖业有限公司")[0].tier is Tier.LINK


def test_duplicates_by_code_name_and_address() -> None:
    rows = [
        NameRow(1, "91450000MA5K00001X", "青禾糖业有限公司"),
        NameRow(2, "91450000ma5k00001x", "青禾糖业有限责任公司"),
        NameRow(3, "", "云岭（青禾）木业有限公司"),
        NameRow(4, "无", "云岭(青禾)木业有限公司"),
        NameRow(5, "无", "蓝田建材有限公司", "青禾县禾城镇工业大道8号"),
        NameRow(6, "", "蓝田建材经销有限公司", "青禾县禾城镇工业大道８号"),
        NameRow(7, "", "蓝田第二建材厂", "青禾县禾城镇工业大道8号"),
    ]
    found = [(group.kind, group.members, group.same_name, group.same_code) for group in duplicates(rows)]
    assert found == [("code", (1, 2), False, True), ("name", (3, 4), True, False), ("address", (5, 6), False, False)]
    assert duplicates(list(reversed(rows))) == duplicates(rows)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("青禾县禾盛糖业有限公司", "青禾县禾盛生物有限公司", False),
        ("青禾县禾盛糖业有限公司", "江苏省宏达机械有限公司", True),
        ("青禾县禾盛糖业有限公司", "青禾县宏达机械有限公司", True),
        ("禾盛糖业有限公司青禾分公司", "宏达机械有限公司青禾分公司", False),  # the tail says what it is
        ("青禾县禾有限公司", "青禾县禾有限公司", False),
    ],
)
def test_names_with_no_word_in_common(one: str, other: str, said: bool) -> None:
    assert unlike(one, other, REGIONS) is said
