"""What a place is good at, what lies near to it, and how far its structure explains its growth.

Pure: tables, thresholds and minimum samples arrive as arguments; numpy is the only tool. Places are p = 1…P, industries
i, j = 1…I, and x_pi ≥ 0 is how much of industry i place p has, in any unit that may be added up (persons, 万元, firms). A
dot is a sum: x_p. over industries, x_.i over places, x_.. over both.

(C1)  location quotient         LQ_pi = (x_pi / x_p.) / (E_i / E), E_i the same industry in the reference area, E = Σ_i E_i.
                                Florence 1939. With E_i = x_.i it is Balassa's revealed comparative advantage (1965): RCA_pi.
(C2)  binary advantage          M_pi = 1 if RCA_pi ≥ t, else 0.
(C3)  diversity and ubiquity    D_p = Σ_i M_pi, U_i = Σ_p M_pi. Hidalgo and Hausmann 2009.
(C4)  proximity                 φ_ij = min{P(i|j), P(j|i)} = Σ_p M_pi M_pj / max(U_i, U_j), 0 ≤ φ ≤ 1.
                                Hidalgo, Klinger, Barabási and Hausmann 2007. The same between places, with D for U.
(C5)  relatedness density       ω_pi = Σ_j M_pj φ_ij / Σ_j φ_ij, j = i included as in the paper (it can be left out). Same source.
(C6)  economic complexity       λ₂ K_p = (1 / D_p) Σ_i M_pi (1 / U_i) Σ_q M_qi K_q, K the eigenvector of the second largest
                                eigenvalue; ECI = (K − mean K) / sd K. Hausmann, Hidalgo et al. 2014.
(C7)  industry complexity       Q_i = (1 / U_i) Σ_p M_pi K_p; PCI = (Q − mean Q) / sd Q. Same source.
                                An eigenvector has no sign of its own: K is turned so that ECI correlates positively with D.
(C8)  fitness                   F̃_p(n) = Σ_i M_pi Q_i(n−1),  Q̃_i(n) = [Σ_p M_pi F_p(n−1)^−γ]^(−1/γ),  F = F̃ / mean F̃,
                                Q = Q̃ / mean Q̃, F(0) = Q(0) = 1. Tacchella, Cristelli, Caldarelli, Gabrielli and Pietronero 2012
                                (γ = 1); γ is the extremality of Mariani, Vidmer, Medo and Zhang 2015.
(C9)  shift-share               e′_i − e_i = e_i G + e_i (G_i − G) + e_i (g_i − G_i): national growth, industry mix, regional share;
                                G, G_i national growth of all and of i, g_i regional growth of i. Dunn 1960.
(C10) Gini                      1 − Σ_k (z_k − z_{k−1}) (y_k + y_{k−1}), z and y the cumulated shares of weights and of amounts, units in
                                ascending order of amount per weight. Gini 1912. Divided by 1 − 1/n it reaches 1.
(C11) Hoover                    ½ Σ_k |a_k / Σa − w_k / Σw|. Hoover 1936.
(C12) CR_m = sum of the m largest shares;  (C13) HHI = Σ s_k², normalised (HHI − 1/n) / (1 − 1/n). Herfindahl 1950, Hirschman 1945.
(C14) input similarity          φ_ij = Σ_k a_ki a_kj / √(Σ_k a_ki² · Σ_k a_kj²), a_ki what a unit of i's output takes of input k: how like two
                                technologies are, 0 ≤ φ ≤ 1. Los 2000 (Economic Systems Research 12), after Jaffe 1986.
(C15) nearest neighbours        φ of each industry kept for the k nearest others and itself, 0 beyond: (C5) then asks its neighbourhood only.

Every result says how many places, industries or units it stands on (``n``…), names what it left out (``left_out``, one
``Reason`` each) and, where it could not or should not be computed, why (``refused``; its figures are then empty). The
smallest acceptable sample is an argument. Results list places and industries in the order of their names, whatever the
order of the input, so that the same figures in another order give the same result. A missing, negative or infinite figure
is an error that names its cell. ``checker`` recomputes (C4) to (C7) by plain loops.
"""

from gongxing.engines.complexity.checker import check_complexity, check_density, check_proximities
from gongxing.engines.complexity.concentration import Concentration, Inequality, concentration, gini, hoover
from gongxing.engines.complexity.eigen import Complexity, economic_complexity
from gongxing.engines.complexity.fitness import Fitness, fitness
from gongxing.engines.complexity.inputs import input_proximities, nearest_only
from gongxing.engines.complexity.quotients import (
    Advantages,
    Quotients,
    advantages,
    location_quotient,
    location_quotients,
    revealed_comparative_advantage,
)
from gongxing.engines.complexity.relatedness import Density, Proximities, density, place_proximities, proximities
from gongxing.engines.complexity.shiftshare import ShiftShare, ShiftShareRow, shift_share
from gongxing.engines.complexity.table import ActivityTable, Sample

__all__ = [
    "ActivityTable",
    "Advantages",
    "Complexity",
    "Concentration",
    "Density",
    "Fitness",
    "Inequality",
    "Proximities",
    "Quotients",
    "Sample",
    "ShiftShare",
    "ShiftShareRow",
    "advantages",
    "check_complexity",
    "check_density",
    "check_proximities",
    "concentration",
    "density",
    "economic_complexity",
    "fitness",
    "gini",
    "hoover",
    "input_proximities",
    "location_quotient",
    "location_quotients",
    "nearest_only",
    "place_proximities",
    "proximities",
    "revealed_comparative_advantage",
    "shift_share",
]
