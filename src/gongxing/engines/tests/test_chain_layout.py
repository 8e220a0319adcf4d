"""Drawing of chains: no box on another, no line behind a box, every link drawn, crossings counted independently."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.chain import Edge, Layout, LayoutRules, Node, lay_out
from gongxing.engines.chain.layering import feedback_order
from gongxing.engines.chain.layout_model import HALF_HEIGHT, HALF_WIDTH, NODE_GAP
from gongxing.engines.chain.ordering import Gap, _inverted_list, _inverted_table, crossings

Point = tuple[int, int]


def drawn(columns: dict[str, int], links: list[tuple[str, str]], **rules: int) -> Layout:
    return lay_out(
        [Node(n, "c", at) for n, at in columns.items()], [Edge(a, b) for a, b in links], LayoutRules(**rules)
    )


def enters_box(one: Point, other: Point, centre: Point) -> bool:
    """Whether a line piece has a point inside a box (its border does not count), in exact arithmetic."""
    left, right = centre[0] - HALF_WIDTH, centre[0] + HALF_WIDTH
    top, bottom = centre[1] - HALF_HEIGHT, centre[1] + HALF_HEIGHT
    if max(one[0], other[0]) <= left or min(one[0], other[0]) >= right:
        return False
    if max(one[1], other[1]) <= top or min(one[1], other[1]) >= bottom:
        return False
    low, high = Fraction(0), Fraction(1)
    for start, end, least, most in ((one[0], other[0], left, right), (one[1], other[1], top, bottom)):
        if start == end:
            if not least < start < most:
                return False
            continue
        near, far = sorted((Fraction(least - start, end - start), Fraction(most - start, end - start)))
        low, high = max(low, near), min(high, far)
    return low < high


def faults(found: Layout, links: list[tuple[str, str]]) -> list[str]:
    """Everything wrong with a drawing, recomputed from its coordinates alone."""
    place = {node.node: (node.x, node.y) for node in found.nodes}
    wrong = []
    for (one, a), (other, b) in combinations(sorted(place.items()), 2):
        if abs(a[0] - b[0]) < 2 * HALF_WIDTH and abs(a[1] - b[1]) < 2 * HALF_HEIGHT + NODE_GAP:
            wrong.append(f"{one} on {other}")
    wanted = {(a, b) for a, b in links if a != b and a in place and b in place}
    if {(edge.source, edge.target) for edge in found.edges} != wanted:
        wrong.append("links")
    for edge in found.edges:
        step = -1 if edge.feedback else 1
        source, target = place[edge.source], place[edge.target]
        if edge.points[0] != (source[0] + step * HALF_WIDTH, source[1]):
            wrong.append(f"start of {edge}")
        if edge.points[-1] != (target[0] - step * HALF_WIDTH, target[1]):
            wrong.append(f"end of {edge}")
        if edge.feedback != (target[0] < source[0]):
            wrong.append(f"direction of {edge}")
        for one_, two in zip(edge.points, edge.points[1:], strict=False):
            wrong += [f"{edge} behind {name}" for name, centre in place.items() if enters_box(one_, two, centre)]
    if any(not (0 <= x <= found.width and 0 <= y <= found.height) for e in found.edges for x, y in e.points):
        wrong.append("a point outside")
    if found.crossings > found.crossings_before:
        wrong.append("more crossings than before")
    return wrong


def test_a_path_is_a_straight_line() -> None:
    found = drawn({"a": 1, "b": 2, "c": 3}, [("a", "b"), ("b", "c")])
    assert [node.layer for node in found.nodes] == [0, 1, 2]
    assert len({node.y for node in found.nodes}) == 1
    assert [edge.points for edge in found.edges] == [
        ((HALF_WIDTH * 2, 2), (16, 2)),  # pitch 2 × 5 + 4, and 2 more where a segment ends
        ((26, 2), (32, 2)),
    ]
    assert found.crossings == 0 and found.height == 4


def test_a_long_link_passes_beside_the_box_between() -> None:
    links = [("a", "b"), ("b", "c"), ("a", "c")]
    found = drawn({"a": 1, "b": 2, "c": 3}, links)
    assert faults(found, links) == []
    long = next(edge for edge in found.edges if (edge.source, edge.target) == ("a", "c"))
    assert len(long.points) == 4  # in and out of the lane


def test_inside_a_segment_a_node_stands_after_its_supplier() -> None:
    found = drawn({"a": 1, "b": 1, "c": 1, "d": 1}, [("a", "b"), ("b", "c"), ("a", "c")])
    layer = {node.node: node.layer for node in found.nodes}
    assert (layer["a"], layer["b"], layer["c"]) == (0, 1, 2)
    assert found.segments[0].layers == 3


def test_a_ring_is_broken_once_and_marked() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "a")]
    found = drawn({"a": 1, "b": 1, "c": 1}, links)
    assert faults(found, links) == []
    assert [(e.source, e.target) for e in found.edges if e.feedback] == [("c", "a")]
    assert all(edge.in_cycle for edge in found.edges)


def test_a_link_against_the_segments_is_feedback_but_no_ring() -> None:
    found = drawn({"service": 5, "cell": 2}, [("service", "cell")])
    assert found.edges[0].feedback and not found.edges[0].in_cycle


def test_two_crossing_links_are_uncrossed() -> None:
    found = drawn({"a": 1, "b": 1, "x": 2, "y": 2}, [("a", "y"), ("b", "x")])
    assert (found.crossings_before, found.crossings) == (1, 0)


def test_crossings_by_hand() -> None:
    # three left, three right, all nine lines: every pair of left and pair of right crosses once, 3 × 3
    gap = Gap(np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]), np.array([3, 4, 5] * 3))
    assert crossings([[0, 1, 2], [3, 4, 5]], [gap], 6) == 9


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 8)), min_size=1, max_size=40))
def test_both_ways_of_counting_equal_all_pairs(pieces: list[tuple[int, int]]) -> None:
    pairs = sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(pieces, 2))
    falling = np.array([right for _, right in sorted(pieces)])
    assert _inverted_list(falling) == pairs == _inverted_table(falling)


def test_full_layers_get_a_neighbour() -> None:
    found = drawn({f"n{k:02d}": 1 for k in range(10)}, [], max_rows=4)
    assert [segment.layers for segment in found.segments] == [3]
    assert max(node.row for node in found.nodes) == 3
    with pytest.raises(ValueError, match="max_rows"):
        LayoutRules(max_rows=0)


def test_nothing_one_and_links_that_cannot_be_drawn() -> None:
    assert lay_out([], []).nodes == () and lay_out([], []).height == 0
    assert drawn({"a": 7}, []).nodes[0].x == HALF_WIDTH
    found = drawn({"a": 1, "b": 2}, [("a", "a"), ("a", "gone"), ("a", "b")])
    assert found.left_out == (("a", "a"), ("a", "gone")) and len(found.edges) == 1


def test_feedback_order_keeps_a_path_and_breaks_a_ring_at_one_link() -> None:
    assert feedback_order(["c", "b", "a"], [("a", "b"), ("b", "c")]) == ["a", "b", "c"]
    order = feedback_order(list("abcd"), [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")])
    back = [(a, b) for a, b in zip("abcd", "bcda", strict=True) if order.index(a) > order.index(b)]
    assert len(back) == 1


@st.composite
def maps(draw: st.DrawFn) -> tuple[dict[str, int], list[tuple[str, str]]]:
    n = draw(st.integers(0, 14))
    columns = {f"n{k:02d}": draw(st.integers(0, 4)) for k in range(n)}
    ends = st.sampled_from(sorted(columns)) if columns else st.just("none")
    links = draw(st.lists(st.tuples(ends, ends), max_size=30))
    return columns, sorted(set(links))


@settings(max_examples=120, deadline=None)
@given(maps(), st.integers(1, 6))
def test_every_drawing_is_sound(drawing: tuple[dict[str, int], list[tuple[str, str]]], max_rows: int) -> None:
    columns, links = drawing
    found = drawn(columns, links, max_rows=max_rows)
    assert {node.node for node in found.nodes} == set(columns)
    assert faults(found, links) == []
    order = {node.node: (node.segment_order, node.layer) for node in found.nodes}
    for one, other in combinations(sorted(columns), 2):
        if columns[one] < columns[other]:
            assert order[one][1] < order[other][1]


@settings(max_examples=40, deadline=None)
@given(maps(), st.randoms(use_true_random=False))
def test_order_of_the_input_does_not_matter(
    drawing: tuple[dict[str, int], list[tuple[str, str]]], shuffler: random.Random
) -> None:
    columns, links = drawing
    names, mixed = list(columns), list(links)
    shuffler.shuffle(names)
    shuffler.shuffle(mixed)
    assert drawn(columns, links) == drawn({name: columns[name] for name in names}, mixed)


def test_a_county_sized_drawing_is_sound_and_has_fewer_crossings() -> None:
    rng = random.Random(20260101)
    columns = {f"n{k:03d}": rng.randrange(5) for k in range(160)}
    names = sorted(columns)
    links = sorted({tuple(sorted(rng.sample(names, 2), key=columns.__getitem__)) for _ in range(400)})
    found = drawn(columns, links)  # type: ignore[arg-type]
    assert faults(found, links) == []  # type: ignore[arg-type]
    assert found.crossings < 0.75 * found.crossings_before
