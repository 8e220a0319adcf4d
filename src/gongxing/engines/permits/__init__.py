"""The permit graph: from answers to items, from items to dates, what could be saved lawfully, and what to chase today.

Algebra. Days are whole numbers, W(d) the working days up to d, next(d) the first working day ≥ d. Item i has a length, due_i(a) is the last day
of that length accepted on a (``engines/workdays``, pauses included; length 0: a itself). Edges j → i are FS (needed to be accepted) or FF
(needed only to be decided).

1. An item is needed when an including rule holds and no excluding one does; an unknown answer never makes an item superfluous.
2. Earliest: A_i = next(max(S, today, release_i, S + p_i, max FS F_j)), then l_i working days on; F_i = max(due_i(A_i), max FF F_j). S is the first
   working day, p_i the preparation beside the prerequisites, l_i work that waits for them. What has happened keeps its days.
3. Latest, from the day T that is to be kept: LF_i = last working day ≤ min(T, min FS (LS_k − l_k), min FF LF_k); LS_i = the last working day a
   with due_i(a) ≤ LF_i, which exists once because due_i does not fall.
4. Float is counted in working days, W(LS_i) − W(A_i), never in calendar days; critical: float ≤ W(T) − W(end). With mixed units float is not
   constant along a path: a calendar length that ends on a day off hides slack. ``path`` is therefore the chain of what set each day, which may hold
   items that are not critical.
5. Measures are edits: 并联 drops edges of mere habit; 容缺 turns them into FF; 告知承诺 shortens items where the rules allow it; 区域评估 and 标准地 change
   answers, so that the rules themselves say what is no longer asked; 拿地即开工 splits an item into a review before the land contract and a
   certificate after everything it waited for. An edge the law asks for, a least period and what has happened are never edited.
6. Savings do not add up. Told are alone f(∅) − f({m}), given others f(M∖{m}) − f(M), together f(∅) − f(M).
7. What has happened waits for nothing: nothing leads to it any more, and a goal that is reached has no days left. Items the law wanted before it that are not
   finished are owed: statutory edges lead from them, over items not finished, to it.
8. Many paths that end together make a date from single figures optimistic (merge bias); ranges belong to the forecast of slips.

Sources: Kelley, Walker 1959 (critical path); MacCrimmon, Ryavec 1964 (merge bias); Zhan 1994, Franck, Neumann, Schwindt 2001 (calendars);
行政许可法 Art. 42, 45, 82; the articles of single items and edges stand in ``packs/approvals``.
"""

from gongxing.engines.permits.answering import AnswerRefused, Facts, Finding, assumed, needed, read
from gongxing.engines.permits.building import Built, Choices, Progress, build
from gongxing.engines.permits.chase import Chase, chase
from gongxing.engines.permits.checker import check, walk
from gongxing.engines.permits.dates import dates
from gongxing.engines.permits.daytable import DayTable
from gongxing.engines.permits.edits import EditRefused, WhatIf, needed_to_decide, shortened, what_ifs, without_edge
from gongxing.engines.permits.measures import Promise, Saving, Savings, promises, savings, shares
from gongxing.engines.permits.model import Edge, Graph, GraphRefused, Length, Node, Plan, Timing
from gongxing.engines.permits.owed import Owed, behind, owed
from gongxing.engines.permits.rules import Item, Measure, Question, Rule, Rules, faults

__all__ = [
    "AnswerRefused",
    "Built",
    "Chase",
    "Choices",
    "DayTable",
    "Edge",
    "EditRefused",
    "Facts",
    "Finding",
    "Graph",
    "GraphRefused",
    "Item",
    "Length",
    "Measure",
    "Node",
    "Owed",
    "Plan",
    "Progress",
    "Promise",
    "Question",
    "Rule",
    "Rules",
    "Saving",
    "Savings",
    "Timing",
    "WhatIf",
    "assumed",
    "behind",
    "build",
    "chase",
    "check",
    "dates",
    "faults",
    "needed",
    "needed_to_decide",
    "owed",
    "promises",
    "read",
    "savings",
    "shares",
    "shortened",
    "walk",
    "what_ifs",
    "without_edge",
]
