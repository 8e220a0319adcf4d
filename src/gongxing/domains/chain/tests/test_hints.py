"""Hints from a file of relations: which rows become questions, what accepting one writes, what is never asked again, bad files."""

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongxing.domains.chain.editor.edits import edits_of
from gongxing.domains.chain.editor.hints import Matcher, read_relations
from gongxing.domains.chain.models import Chain, Edge, Hint, Node
from gongxing.domains.chain.tests.invented import LogIn, edge, node, sugar
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

PAGE = "/chain/hints/"
NEEDS = "产品,上游材料,来源\n酒精,甘蔗,百科\n食用酒精,酵母,百科\n番茄鸡蛋汤,番茄,菜谱\n糖蜜,糖蜜,百科\n朗姆酒,糖蜜,\n白砂糖,甘蔗,\n,盐,\n"


@pytest.fixture
def chain(office: Office) -> Chain:
    return sugar()


@pytest.fixture
def client(chain: Chain, client_of: LogIn) -> Client:
    return client_of("gongxin")


def body(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


def send(client: Client, text: str | bytes, name: str = "relations.csv") -> object:
    raw = text.encode() if isinstance(text, str) else text
    return client.post(PAGE, {"op": "upload", "file": SimpleUploadedFile(name, raw)}, follow=True)


def hint(source: str) -> Hint:
    return Hint.objects.get(source_text=source)


def decide(client: Client, op: str, one: Hint, **more: str) -> object:
    return client.post(PAGE, {"op": op, "hint": one.pk, "version": one.version, **more})


def test_rows_about_links_become_questions(client: Client) -> None:
    page = body(send(client, NEEDS))
    found = [
        (one.source_text, one.target_text, one.score, one.line, one.origin)
        for one in Hint.objects.order_by("-score", "id")
    ]
    assert found == [
        ("甘蔗", "酒精", Decimal("1.000"), 2, "百科"), ("酵母", "食用酒精", Decimal("0.500"), 3, "百科"), ("糖蜜", "朗姆酒", Decimal("0.500"), 6, ""),
    ]  # fmt: skip
    first = hint("甘蔗")
    assert (first.source_node, first.target_node, first.state) == (node("z.cane"), node("z.spirit"), "open")
    assert (hint("酵母").source_node, hint("酵母").target_node) == (None, node("z.spirit"))
    assert "读了 7 行：新提示 3 条，图上已有或问过的 1，和环节对不上的 1，别的关系 0，自己对自己 1，空的 1" in page
    assert "“甘蔗”供给“酒精”" in page
    assert "relations.csv 第 2 行 · 百科" in page
    assert page.index("“甘蔗”供给“酒精”") < page.index("“酵母”供给“食用酒精”")


def test_accept_makes_the_relation_with_its_evidence(client: Client, chain: Chain) -> None:
    send(client, NEEDS)
    assert decide(client, "accept", hint("甘蔗"), kind="material").status_code == 302  # type: ignore[attr-defined]
    made = edge("z.cane", "z.spirit")
    assert (made.weight, made.weight_source, made.basis) == (None, "none", "提示：relations.csv 第 2 行")
    assert hint("甘蔗").state == "accepted"
    entry = Entry.objects.filter(ledger="chain.hint", row=hint("甘蔗").pk).latest("id")
    assert (entry.verb, entry.user) == ("chain.accept_hint", "gongxin（演示）")
    client.post("/chain/edit/z/", {"op": "undo", "tx": edits_of(chain)[0].tx})
    assert hint("甘蔗").state == "open"
    assert not Edge.objects.filter(pk=made.pk).exists()


def test_accept_asks_the_segment_of_a_missing_link(client: Client) -> None:
    send(client, NEEDS)
    answer = decide(client, "accept", hint("酵母"), kind="material")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "“酵母”还没有环节。要在“糖业”里新增它，请选环节位置。" in body(answer)
    assert (hint("酵母").state, Node.objects.count()) == ("open", 5)
    decide(client, "accept", hint("酵母"), kind="material", segment="4")
    made = Node.objects.get(name="酵母")
    assert (made.segment, made.keywords, made.chain.code) == ("4", ["酵母"], "z")
    assert Edge.objects.filter(source=made, target=node("z.spirit")).count() == 1


def test_accept_with_another_link(client: Client) -> None:
    send(client, NEEDS)
    decide(client, "accept", hint("糖蜜"), kind="material", target="制糖")
    assert Edge.objects.filter(source=node("z.syrup"), target=node("z.mill")).count() == 1
    assert hint("糖蜜").target_node == node("z.mill")


def test_rejected_ones_are_not_asked_again(client: Client) -> None:
    send(client, NEEDS)
    decide(client, "reject", hint("甘蔗"))
    assert "“甘蔗”供给“酒精”" not in body(client.get(PAGE))
    answer = send(client, "上游产品,下游产品\n甘　蔗,酒精\n酵母,食用酒精\n", "again.csv")
    assert "没有新的提示：2 行图上已有或问过" in body(answer)
    assert Hint.objects.count() == 3


def test_a_stale_answer_is_refused(client: Client) -> None:
    send(client, NEEDS)
    one = hint("甘蔗")
    decide(client, "reject", one)
    decide(client, "accept", one)
    assert hint("甘蔗").state == "rejected"
    assert not Edge.objects.filter(source=node("z.cane"), target=node("z.spirit")).exists()


def test_a_reading_is_taken_back_but_not_what_was_decided(client: Client) -> None:
    send(client, NEEDS)
    decide(client, "reject", hint("甘蔗"))
    batch = hint("酵母").batch
    assert "撤销这次读入" in body(client.get(PAGE))
    client.post(PAGE, {"op": "withdraw", "batch": batch})
    assert [one.source_text for one in Hint.objects.all()] == ["甘蔗"]
    assert client.post(PAGE, {"op": "withdraw", "batch": batch}).status_code == 422


def test_a_narrower_product_becomes_a_word(client: Client) -> None:
    send(client, "product_class,sub_product\n酒精,无水酒精\n酒精,食用酒精\n")
    one = hint("酒精")
    assert (one.relation, one.target_node, Hint.objects.count()) == ("includes", None, 1)
    decide(client, "accept", one)
    assert node("z.spirit").keywords == ["酒精", "食用酒精", "无水酒精"]


def test_relations_named_in_a_column(client: Client) -> None:
    rows = "head,relation,tail,date\n甘蔗,上游于,酒精,2024-01-01\n酒精,上游材料,纸箱,\n酒精,合作,糖蜜,\n糖蜜,下游产品,味精,\n"
    page = body(send(client, rows))
    found = {(one.source_text, one.target_text, one.origin) for one in Hint.objects.all()}
    assert found == {("甘蔗", "酒精", "2024-01-01"), ("纸箱", "酒精", ""), ("糖蜜", "味精", "")}
    assert "别的关系 1" in page


def test_a_workbook_is_read_too(client: Client) -> None:
    book = openpyxl.Workbook()
    for row in (["某网站产品关系"], [], ["产品", "下游产品"], ["甘蔗", "酒精"]):
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    send(client, raw.getvalue(), "relations.xlsx")
    assert (hint("甘蔗").line, hint("甘蔗").file_name) == (4, "relations.xlsx")


def test_an_excluded_word_keeps_a_link_away(chain: Chain) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(node("z.spirit"), exclude=["酒精湿巾"])
    matcher = Matcher(Node.objects.order_by("code"))
    assert matcher.find("酒精湿巾") == (None, 0.0)
    assert matcher.find("工业酒精") == (node("z.spirit"), 0.3)
    assert matcher.find("食用酒精") == (node("z.spirit"), 0.5)
    assert matcher.find("盐") == (None, 0.0)


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"", "a.csv", "a.csv"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "没有认出两列产品"),
        (b"PK\x03\x04nothing", "a.xlsx", "a.xlsx"),
        (
            "产品,上游材料\n香菇鸭粥,大米\n".encode(),
            "a.csv",
            "读了 1 行，没有新的提示：0 行图上已有或问过，1 行和图上的环节对不上",
        ),
        ("产品,上游材料\n".encode(), "a.csv", "读了 0 行"),
        ("产品,上游材料\n酒精,甘蔗".encode("gb18030") + "\n糖蜜,甘蔗\n".encode(), "a.csv", "a.csv"),
    ],
    ids=range(6),
)
def test_bad_files_leave_nothing(client: Client, raw: bytes, name: str, said: str) -> None:
    before = Entry.objects.count()
    answer = send(client, raw, name)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert said in body(answer)
    assert (Hint.objects.count(), Entry.objects.count()) == (0, before)


def test_rows_that_cannot_be_read_are_counted_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"产品,上游材料\n酒精,甘蔗\n锟斤拷,甘蔗\n{'长' * 61},甘蔗\n", encoding="utf-8")
    found = read_relations(path, "a.csv")
    assert (found.rows, found.bad, found.bad_lines, len(found.said)) == (3, 2, [3, 4], 1)
    path.write_text("甲,乙\n", encoding="utf-8")
    with pytest.raises(Fault) as caught:
        read_relations(path, "a.csv")
    assert caught.value.code == "hints.columns"


def test_a_long_file_is_read_by_a_job(client: Client) -> None:
    rows = ["产品,上游材料", "酒精,甘蔗", *(f"菜{number},调料{number}" for number in range(20_000))]
    send(client, "\n".join(rows))
    assert Hint.objects.count() == 0
    assert run_next()
    done = Job.objects.get(kind="chain.hints")
    assert (done.state, Hint.objects.count()) == ("done", 1)
    assert done.result["text"].startswith("读了 20001 行：新提示 1 条")


def test_who_may_not(client: Client, client_of: LogIn) -> None:
    send(client, NEEDS)
    assert client_of("yuanqu").get(PAGE).status_code == 403
    assert decide(client_of("yuanqu"), "accept", hint("甘蔗")).status_code == 403  # type: ignore[attr-defined]
    assert client.post(PAGE, {"op": "accept", "hint": "x"}).status_code == 404
    assert client.post(PAGE, {"op": "upload"}).status_code == 422


def test_the_relations_of_a_real_file(shared: Path, client: Client) -> None:
    """The shape of a real one: 48,250 rows of product and upstream material; its loops are left out, nothing is bent to fit."""
    found = read_relations(shared / "companies" / "chain" / "product_upstream.csv", "product_upstream.csv")
    assert (found.rows, found.other, len(found.said) + found.loops + found.blank + found.bad) == (48_250, 0, 48_250)
    assert found.loops == 90
