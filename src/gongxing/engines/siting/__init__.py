"""Where to put facilities: p-median, p-center, maximal covering, capacitated p-median, facilities with fixed costs; each with a bound.

y_i ∈ {0, 1}: site i is open; x_ij: client j is served at i (its share); d_ij distance, w_j weight, q_j demand, Q_i capacity, f_i fixed cost.

    (1) Σ_i x_ij = 1                 every client that some site can reach
    (2) x_ij ≤ y_i
    (3) y_i = 1 for standing sites, y_i = 0 for barred ones
    (4) Σ_{i not standing} y_i ≤ new
    (5) Σ_j q_j x_ij ≤ Q_i y_i       models with capacities

    median:       min Σ w_j d_ij x_ij               under (1)-(4)
    center:       min max_j min_{i open} d_ij       under (1)-(4)
    covering:     max Σ w_j [some open i within the radius]   under (3), (4)
    capacitated:  min Σ w_j d_ij x_ij               under (1)-(5), x binary
    facilities:   min Σ f_i y_i + Σ w_j d_ij x_ij   under (1)-(5), x in parts; (4) only where ``new`` is given

``choosing`` and ``capacities`` solve (they load scipy, HiGHS): prices on clients give a bound and fix sites, branching on sites proves the
rest, with capacities after the sets of clients within the gap have been listed; radii are searched by halves with covers; see ``lagrangian``,
``relaxed``, ``search``, ``packed``, ``columns``, ``partition``, ``cover``. ``distances`` makes matrices,
``reach`` says who is within the radius of which kind of facility, ``check`` looks at results with arithmetic of its own.
Time is looked at only to stop (``Effort.seconds``): without that the same input gives the same result, whatever its order.
"""

from gongxing.engines.siting.checker import check
from gongxing.engines.siting.model import Client, Effort, Problem, Site
from gongxing.engines.siting.results import Aside, Load, Result, Served

__all__ = ["Aside", "Client", "Effort", "Load", "Problem", "Result", "Served", "Site", "check"]
