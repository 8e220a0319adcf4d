"""When to do what with few hands: reviewers' load, meetings, crews (resource-constrained project scheduling, RCPSP).

Tasks i with a duration d_i, demands r_ik of resources k of which b_k are there, releases e_i; pairs (j, i): i waits for j. Starts s_i are whole:

    minimise  C
    (1) C ≥ s_i + d_i
    (2) s_i ≥ s_j + d_j                               for every pair (j, i)
    (3) s_i ≥ e_i ≥ 0
    (4) Σ_{i: s_i ≤ t < s_i + d_i} r_ik ≤ b_k         at every time t; it is enough to look at the starts

Bounds: with the head h_i (longest way to i) and the tail q_i (longest way from its end), C ≥ h_i + d_i + q_i, and for any a, b

    (5) C ≥ a + ⌈Σ {d_i r_ik : h_i ≥ a, q_i ≥ b} ÷ b_k⌉ + b

The exact model (CP-SAT) has starts between head and tail, one cumulative per resource, (5) as the least C and a schedule that is known as full
hint and as horizon. Lists of tasks are placed one by one at the earliest time that (2)–(4) allow; one of them gives a best schedule, because every
schedule without idle time to the left comes from a list. Lists are crossed, each child is justified to the right and to the left.

Up to 42 tasks the exact model comes first; above, lists, the exact model, and lists again. Without the extra ``fast`` lists are some fifteen times
slower and have one thread, the exact model the others. ``solving.solve`` loads the solvers and belongs into a process of its own; what is exported here
loads none.

Sources: Kolisch, Sprecher 1997 (test set); Hartmann 1998; Valls, Ballestín, Quintanilla 2005, 2008 (justification); Kolisch, Hartmann 2006;
Mahfoud 1992 (crowding); Schutt, Feydy, Stuckey, Wallace 2011 (cumulative by lazy clauses).
"""

from gongxing.engines.schedule.checker import check
from gongxing.engines.schedule.model import Placed, Problem, Resource, Result, Task

__all__ = ["Placed", "Problem", "Resource", "Result", "Task", "check"]
