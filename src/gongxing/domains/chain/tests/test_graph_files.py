"""One chain as a file and back: GraphML, JSON Graph, a workbook of two sheets; and every bad file refused with a sentence, nothing written."""

import io
import json
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.domains.chain.editor.edits import edits_of
from gongxing.domains.chain.editor.graphfile import MAX_BYTES, read_graphml
from gongxing.domains.chain.editor.graphplan import plan_of
from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.domains.chain.tests.invented import LogIn, edge, edges, node, sugar
from gongxing.domains.chain.wiring import SENTENCES
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.exchange.flow import start_check, start_write, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder

pytestmark = pytest.mark.once

PAGE, EXPORT = "/chain/edit/z/graph/", "/chain/map/z/export/"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
KEYS = '<key id="l" for="node" attr.name="label"/><key id="s" for="node" attr.name="segment"/><key id="w" for="edge" attr.name="weight"/><key id="k" for="edge" attr.name="kind"/>\n'
GRAPH, END = '<graph edgedefault="directed">\n', "</graph>\n</graphml>\n"


@pytest.fixture
def chain(office: Office) -> Chain:
    return sugar()


@pytest.fixture
def client(chain: Chain, client_of: LogIn) -> Client:
    return client_of("gongxin")


def body(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


def graph(*lines: str) -> bytes:
    return (HEAD + KEYS + GRAPH + "\n".join(lines) + "\n" + END).encode()


def named(key: str, label: str, more: str = "") -> str:
    return f'<node id="{key}"><data key="l">{label}</data>{more}</node>'


def send(client: Client, raw: bytes, **more: str) -> object:
    return client.post(PAGE, {"file": SimpleUploadedFile("chain.graphml", raw), **more})


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the preview's form."""
    form = page[page.index('name="kept"') - 40 :]
    return {
        name: form.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]
        for name in ("kept", "seen", "version", "segment")
    }


def counts(page: str) -> list[int]:
    """The counts of the preview: new, changed links; new, changed relations; missing links, relations; the same."""
    return [int(part.split("<", 1)[0]) for part in page.split('<td class="num b">')[1:]]


def test_graphml_is_read_by_networkx(client: Client, chain: Chain) -> None:
    networkx = pytest.importorskip("networkx")
    found = networkx.read_graphml(io.BytesIO(client.get(f"{EXPORT}graphml/").content))
    assert found.is_directed()
    assert sorted(found.nodes) == ["y.box", "z.cane", "z.mill", "z.spirit", "z.syrup"]
    assert found.nodes["z.mill"] == {
        "label": "制糖",
        "code": "z.mill",
        "chain": "z",
        "segment": "中游",
        "keywords": "白砂糖；原糖",
        "classes": "1340",
    }
    told = found.edges["z.cane", "z.mill"]
    assert (told["weight"], told["kind"], told["weight_source"], told["basis"]) == (0.6, "原料", "编辑判断", "编者判断")
    assert "weight" not in found.edges["z.mill", "z.syrup"]


def test_graphml_follows_the_schema(client: Client) -> None:
    """Order and ids of graphml.xsd 1.0: keys, then one graph; ids are tokens, every data names a declared key."""
    text = body(client.get(f"{EXPORT}graphml/"))
    assert 'xmlns="http://graphml.graphdrawing.org/xmlns"' in text
    assert "graphml.graphdrawing.org/xmlns/1.0/graphml.xsd" in text
    assert text.rindex("<key ") < text.index("<graph ") < text.index("<node ") < text.index("<edge ")
    declared = {part.split('"', 1)[0] for part in text.split('<key id="')[1:]}
    used = {part.split('"', 1)[0] for part in text.split('<data key="')[1:]}
    assert used <= declared
    assert 'attr.name="weight" attr.type="double"' in text


def test_markup_in_names_is_escaped(client: Client, chain: Chain) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(node("z.mill"), name='制糖<b>&"', code="z 制糖/1")
    raw = client.get(f"{EXPORT}graphml/").content
    labels = {one.id: one.data["label"] for one in read_graphml(raw).nodes}
    assert labels[f"n{node('z 制糖/1').pk}"] == '制糖<b>&"'
    assert not plan_of(chain, read_graphml(raw), "2").anything


def test_json_graph(client: Client) -> None:
    told = json.loads(client.get(f"{EXPORT}json/").content)["graph"]
    assert (told["directed"], told["label"], len(told["nodes"]), len(told["edges"])) == (True, "糖业", 5, 4)
    assert told["nodes"]["z.spirit"]["metadata"]["classes"] == ["1511", "2614"]
    weights = {(one["source"], one["target"]): one["metadata"]["weight"] for one in told["edges"]}
    assert weights == {
        ("z.cane", "z.mill"): 0.6,
        ("z.mill", "z.syrup"): None,
        ("z.syrup", "z.spirit"): 0.5,
        ("y.box", "z.mill"): 0.02,
    }


def test_who_may_not_edit_or_asks_for_another_kind(client: Client, client_of: LogIn) -> None:
    assert client_of("yuanqu").get(PAGE).status_code == 403
    assert client_of("xiangzhen").get(f"{EXPORT}graphml/").status_code == 403
    assert client.get(f"{EXPORT}exe/").status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "graphml", "json"])
def test_whoever_may_export_gets_the_chain_without_the_right_to_edit(
    client: Client, client_of: LogIn, kind: str
) -> None:
    park = client_of("yuanqu")
    url = f"{EXPORT}{kind}/"
    assert url in body(park.get("/chain/map/z/"))
    answer = park.get(url)
    assert answer.status_code == 200
    if kind == "xlsx":
        theirs, ours = (openpyxl.load_workbook(io.BytesIO(one.get(url).content)).worksheets for one in (park, client))
        assert [list(sheet.values) for sheet in theirs] == [list(sheet.values) for sheet in ours]
    else:
        assert answer.content == client.get(url).content
    assert url not in body(client_of("xiangzhen").get("/chain/map/z/"))


def test_what_went_out_comes_back_as_the_same(client: Client, chain: Chain) -> None:
    page = body(send(client, client.get(f"{EXPORT}graphml/").content))
    assert counts(page) == [0, 0, 0, 0, 0, 0, 8]
    assert "没有要写的" in page


def test_preview_write_and_undo(client: Client, chain: Chain) -> None:
    lines = (
        named("z.mill", "制糖", '<data key="s">上游</data>'), named("z.spirit", "酒精"), named("new", "酵母", '<data key="s">配套</data>'),
        '<edge source="z.mill" target="new"><data key="w">0.3</data></edge>', '<edge source="z.spirit" target="z.mill"><data key="k">副产物</data></edge>',
    )  # fmt: skip
    before, entries = edges(), Entry.objects.count()
    page = body(send(client, graph(*lines)))
    assert counts(page) == [1, 1, 2, 0, 2, 4, 1]
    assert Entry.objects.count() == entries
    done = client.post(PAGE, {**form_of(page), "why": "并图"})
    assert done.status_code == 302
    made = Node.objects.get(name="酵母")
    assert (made.code, made.segment, made.keywords, made.chain_id) == ("z.n5", "4", ["酵母"], chain.pk)
    assert node("z.mill").segment == "1"
    assert (edge("z.mill", "z.n5").weight, edge("z.mill", "z.n5").weight_source) == (Decimal("0.3"), "editor")
    assert edge("z.spirit", "z.mill").kind == "by_product"
    assert len({one.tx for one in Entry.objects.filter(verb="chain.apply_graph")}) == 1
    assert client.post("/chain/edit/z/", {"op": "undo", "tx": edits_of(chain)[0].tx}).status_code == 302
    assert edges() == before
    assert (node("z.mill").segment, Node.objects.filter(name="酵母").count()) == ("2", 0)


def test_a_file_of_yed_is_found_by_names(client: Client, chain: Chain) -> None:
    """yEd keeps labels inside its own drawing and has no codes."""
    shape = '<data key="d"><y:ShapeNode xmlns:y="http://www.yworks.com/xml/graphml"><y:NodeLabel>{}</y:NodeLabel></y:ShapeNode></data>'
    raw = (
        HEAD + '<key id="d" for="node" yfiles.type="nodegraphics"/>' + GRAPH + f'<node id="n0">{shape.format("甘蔗种植")}</node>'
        f'<node id="n1">{shape.format("酒精")}</node><edge id="e0" source="n0" target="n1"/>' + END
    ).encode()  # fmt: skip
    page = body(send(client, raw))
    assert counts(page) == [0, 0, 1, 0, 2, 4, 2]
    assert "甘蔗种植 → 酒精" in page


def test_a_weight_in_the_file_changes_only_the_weight(client: Client) -> None:
    lines = (
        named("z.cane", "甘蔗种植"),
        named("z.mill", "制糖"),
        '<edge source="z.cane" target="z.mill"><data key="w">0.55</data></edge>',
    )
    page = body(send(client, graph(*lines)))
    assert counts(page)[3] == 1
    client.post(PAGE, form_of(page))
    assert (edge("z.cane", "z.mill").weight, edge("z.cane", "z.mill").basis) == (Decimal("0.55"), "编者判断")


def test_a_chain_that_moved_since_the_preview(client: Client) -> None:
    page = body(send(client, graph(named("new", "酵母"), named("z.mill", "制糖"))))
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(node("z.mill"), name="机制糖")
    before = Entry.objects.count()
    answer = client.post(PAGE, form_of(page))
    assert answer.status_code == 422
    assert "你看过预览之后有人改了这条链" in body(answer)
    assert counts(body(answer))[:2] == [1, 1]
    assert Entry.objects.count() == before


def test_a_file_is_only_its_owners(client: Client, chain: Chain, office: Office) -> None:
    kept = form_of(body(send(client, graph(named("new", "酵母")))))
    with pytest.raises(Refused) as caught:
        perform(action_named("chain.apply_graph"), acting_holder(office), {"file": kept["kept"]}, key=chain.pk)
    assert caught.value.faults[0].fault.code == "graph.file_gone"
    answer = client.post(PAGE, {**kept, "kept": str(int(kept["kept"]) + 99)})
    assert answer.status_code == 422
    assert "上传的文件找不到了" in body(answer)
    assert not Node.objects.filter(name="酵母").exists()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><graphml>&b;</graphml>'.encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE g SYSTEM "file:///etc/passwd"><graphml/>'


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "文件是空的"),
        (LAUGHS, "第 1 行有 DOCTYPE"),
        (OUTSIDE, "第 1 行有 DOCTYPE"),
        (b"a,b\n1,2\n", "第 1 行不是完整的 XML"),
        (b"PK\x03\x04zip", "第 1 行不是完整的 XML"),
        (HEAD.encode() + b"<graph>\n<node", "第 4 行不是完整的 XML"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "这不是 GraphML 图文件（第 1 行）"),
        (HEAD.encode() + b"</graphml>", "这不是 GraphML 图文件"),
        (graph(), "图里一个环节也没有"),
        (graph(named("a", "酵母")).replace(b'"directed"', b'"undirected"'), "第 4 行说这是无向图"),
        (b"<graphml>" + b"<x>" * 200, "套得太深"),
        (graph(named("a", "甲"), named("a", "乙")), "第 6 行：节点编号“a”是空的或者重复"),
        (graph("<node/>"), "第 5 行：节点编号“”是空的或者重复"),
        (graph(named("a", "酵母"), named("b", "酵母")), "第 6 行：“酵母”和第 5 行是同一个环节"),
        (graph(named("z.mill", "制糖"), named("b", "制糖")), "第 6 行：“制糖”和第 5 行是同一个环节"),
        (graph('<node id="a"/>'), "第 5 行：节点“a”没有名称"),
        (graph(named("a", "长" * 61)), "第 5 行：节点“a”没有名称、超过 60 个字"),
        (graph(named("z.mill", "糖蜜")), "和别的环节同名"),
        (graph(named("a", "酵母", '<data key="s">顶游</data>')), "第 5 行：“顶游”不在可选项里"),
        (graph(named("a", "酵母"), '<edge source="a" target="z.mill"/>'), "第 6 行：连到“z.mill”，图里没有这个节点"),
        (graph(named("a", "酵母"), '<edge source="a" target="a"/>'), "第 6 行：“a”自己供自己"),
        (graph(named("a", "甲"), named("b", "乙"), '<edge source="a" target="b"><data key="w">1.5</data></edge>'), "第 7 行：1.50000 大于允许的最大值 1"),
        (graph(named("a", "甲"), named("b", "乙"), '<edge source="a" target="b"><data key="w">-0.5</data></edge>'), "第 7 行：-0.50000 小于允许的最小值 0"),
        (graph(named("a", "甲"), named("b", "乙"), '<edge source="a" target="b"><data key="w">很多</data></edge>'), "第 7 行："),
        (graph(named("a", "甲"), named("b", "乙"), '<edge source="a" target="b"><data key="k">友情</data></edge>'), "第 7 行：“友情”不在可选项里"),
        (graph(named("a", "甲"), named("b", "乙"), *['<edge source="a" target="b"/>'] * 2), "第 8 行：和第 7 行是同一条关系"),
    ],
    ids=range(26),
)  # fmt: skip
def test_bad_files_are_refused_and_nothing_is_written(client: Client, raw: bytes, said: str) -> None:
    before = Entry.objects.count()
    answer = send(client, raw)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert said in body(answer)
    assert 'name="seen"' not in body(answer)
    assert Entry.objects.count() == before


def test_a_file_in_gb18030_is_read(client: Client) -> None:
    raw = graph(named("new", "酵母")).replace(b"UTF-8", b"GBK").decode().encode("gb18030")
    assert counts(body(send(client, raw)))[0] == 1


@given(st.binary(max_size=300), st.integers(0, 600))
@settings(max_examples=200, deadline=None)
def test_no_file_breaks_the_reader(noise: bytes, at: int) -> None:
    """Any bytes, alone or in the middle of a good file: a graph or a named fault."""
    good = graph(named("a", "甲"), named("b", "乙"), '<edge source="a" target="b"/>')
    for raw in (noise, good[:at] + noise + good[at:]):
        try:
            assert read_graphml(raw).nodes
        except Fault as fault:
            assert fault.code in SENTENCES


def test_links_of_other_chains_are_only_ends(client: Client) -> None:
    key = '<key id="c" for="node" attr.name="chain"/>'
    foreign = '<data key="c">y</data>'
    edge_between = '<edge source="p" target="q"/>'
    raw = graph(named("p", "纸箱", foreign), named("q", "没有", foreign), edge_between).replace(
        b"<graph ", f"{key}<graph ".encode()
    )
    assert "“没有”说是“y”链的环节" in body(send(client, raw))
    raw = graph(named("p", "纸箱", foreign), named("q", "酒精"), edge_between).replace(
        b"<graph ", f"{key}<graph ".encode()
    )
    page = body(send(client, raw))
    assert counts(page)[:4] == [0, 0, 1, 0]


def test_no_file_and_a_file_too_big(client: Client) -> None:
    assert "没有选文件" in body(client.post(PAGE, {}))
    big = graph(named("a", "酵母")) + b" " * MAX_BYTES
    assert "文件超过 5 MB" in body(send(client, big))


def test_every_fault_is_told_at_once(client: Client) -> None:
    page = body(send(client, graph(named("a", "甲"), '<edge source="a" target="x"/>', '<edge source="a" target="a"/>')))
    assert "连到“x”" in page
    assert "“a”自己供自己" in page


@pytest.mark.parametrize(("ledger", "rows"), [("chain.node", 4), ("chain.edge", 4)])
def test_the_workbook_comes_back_unchanged(client: Client, office: Office, ledger: str, rows: int) -> None:
    """Each sheet goes through the generic import by itself: found, every row read, nothing to write."""
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(edge("z.cane", "z.mill"), weight=Decimal("0.12345"))
    raw, actor = client.get(f"{EXPORT}xlsx/").content, office.actor("gongxin")
    session = start_check(upload(ledger_named(ledger), actor, "z.xlsx", [raw]), actor)
    assert run_next()
    session = ImportSession.objects.get(pk=session.pk)
    assert (session.counts["rows"], session.counts["same"]) == (rows, rows), session.counts
    with pytest.raises(Refused):
        start_write(session, actor)


def test_a_changed_cell_of_the_workbook_is_the_only_change(client: Client, office: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{EXPORT}xlsx/").content))
    assert book.sheetnames == ["环节", "上下游关系"]
    sheet, actor = book["上下游关系"], office.actor("gongxin")
    head = [cell.value for cell in sheet[2]]
    line = next(row for row in sheet.iter_rows(min_row=3) if row[0].value == "甘蔗种植")
    line[head.index("占用方投入成本")].value = 0.7
    changed = io.BytesIO()
    book.save(changed)
    session = start_check(upload(ledger_named("chain.edge"), actor, "z.xlsx", [changed.getvalue()]), actor)
    assert run_next()
    session = ImportSession.objects.get(pk=session.pk)
    assert (session.counts["update"], session.counts["same"]) == (1, 3)
    start_write(session, actor)
    assert run_next()
    assert (edge("z.cane", "z.mill").weight, Edge.objects.count()) == (Decimal("0.7"), 4)
