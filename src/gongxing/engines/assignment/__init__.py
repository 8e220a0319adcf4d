"""Who takes which job at the least cost under capacities: officials and enterprises, parcels and projects (generalised assignment).

Agents i with capacity b_i and a least load l_i, jobs j, cost c_ij, weight w_ij; x_ij ∈ {0, 1}, and z_j = 1 where j is left without an agent:

    minimise  Σ_i Σ_j c_ij x_ij + Σ_j q_j z_j
    (1) Σ_i x_ij + z_j = 1          each job goes to exactly one agent; z_j only where leaving it is allowed, at q_j
    (2) Σ_j w_ij x_ij ≤ b_i         no agent holds more than its capacity
    (3) x_ij = 0                    for pairs that are barred, whose figures nobody knows, or with w_ij > b_i
    (4) Σ_j w_ij x_ij ≥ l_i         each agent has its least load

The bound can be worked out again by anybody: for any prices p_i, ≥ 0 where l_i = 0, no assignment costs less than

    (5) Σ_j min(q_j, min_i (c_ij + p_i w_ij), i by (3)) − Σ_i (max(0, p_i) b_i − max(0, −p_i) l_i)

and the prices told are the duals of the relaxation, for which (5) is its value. An optimum is proved by the bound or by an exact search over
all pairs that (5) does not cut off. Nothing is called infeasible without proof: a job without any agent, prices as in (5) with all costs 0
that give more than 0 when a unit of overrun costs 1, or a finished exact search for the least overrun.

``assigning.assign`` and ``explaining.choices`` load the solvers or numpy; a search ended by the clock depends on the machine, every other
answer on the problem alone and not on the order of its parts.

Sources: Fisher, Jaikumar, Van Wassenhove 1986 (relaxation); Yagiura, Ibaraki, Glover 2004, 2006 (ejection chains, test classes c, d, e);
Cattrysse, Salomon, Van Wassenhove 1994; Chu, Beasley 1997 (test classes); Balas, Zemel 1980 (core).
"""

from gongxing.engines.assignment.checker import certified_bound, check
from gongxing.engines.assignment.model import Agent, Job, Problem
from gongxing.engines.assignment.results import Assigned, Choice, Load, Result, Short

__all__ = ["Agent", "Assigned", "Choice", "Job", "Load", "Problem", "Result", "Short", "certified_bound", "check"]
