"""Who buys from whom in the whole economy: multipliers, linkages and suppliers from an input-output table.

Pure: the table arrives as flows and accounts; numpy is the only tool. Sectors are i (sells) and j (buys), 1…n. z_ij is what j
buys from i for production, domestic and imported together, x_j total output = total input, va_j value added, w_j labour's
part of it (or persons), M_i imports, E_i exports; all amounts in one unit and at one kind of prices (万元, producers').

(I1)  accounts              Σ_i z_ij + va_j = x_j.
(I2)  technical             a_ij = z_ij / x_j; A = Z x̂⁻¹.
(I3)  Leontief inverse      L = (I − A)⁻¹. Leontief 1936. l_ij is what i must produce in all for one unit of final demand for j.
(I4)  allocation            b_ij = z_ij / x_i; B = x̂⁻¹ Z.
(I5)  Ghosh inverse         G = (I − B)⁻¹. Ghosh 1958.
(I6)  import share          m_i = M_i / (x_i + M_i − E_i), the part of what is used at home that was imported, kept in 0…1.
(I7)  domestic              Aᵈ = Zᵈ x̂⁻¹ where the table tells domestic from imported flows; where it does not, Aᵈ = (I − m̂) A: the same
                            import share for every user (proportionality). Lᵈ = (I − Aᵈ)⁻¹.
(I8)  output multiplier     Σ_i l_ij, and Σ_i lᵈ_ij for production at home.
(I9)  value added, labour   Σ_i (va_i / x_i) lᵈ_ij and Σ_i (w_i / x_i) lᵈ_ij: value added (labour) at home for one unit of final demand.
(I10) linkages              backward_j = mean_i l_ij / mean L;  forward_i = mean_j l_ij / mean L;  forward (Ghosh)_i = mean_j g_ij / mean G.
                            Rasmussen 1956; Ghosh's for the forward side, Beyers 1976, Jones 1976. Their means are 1.
(I11) class                 key: backward ≥ 1 and forward (Ghosh) ≥ 1; backward, forward: one of them; weak: neither.
(I12) identities            L (I − A) = I; with the shares s_j bought from sectors that were left out, (va/x + s) L = 1.

A ≥ 0 has an inverse that means anything only if its spectral radius is below 1 (every sector can be paid for by what it sells);
otherwise the result is refused. Sectors without output, without an account, or whose row or column is missing are left out
and named; what the others buy from them stays visible as ``outside``. ``check`` verifies (I1), (I3), (I5), (I10) and (I12) by plain
sums. A ``Concordance`` finds the sector of a GB/T 4754 class by longest prefix and keeps the mark of uncertain rows.
Reference for all of it: Miller and Blair, Input-Output Analysis, 2nd edition, 2009, chapters 2, 4, 6 and 12.
"""

from gongxing.engines.inputoutput.checker import check
from gongxing.engines.inputoutput.concordance import Concordance, ConcordanceRow, SectorMatch
from gongxing.engines.inputoutput.linkages import Linkage, Supplier, linkages, suppliers
from gongxing.engines.inputoutput.solution import Solution, solve
from gongxing.engines.inputoutput.table import Account, Flow, FlowTable

__all__ = [
    "Account",
    "Concordance",
    "ConcordanceRow",
    "Flow",
    "FlowTable",
    "Linkage",
    "SectorMatch",
    "Solution",
    "Supplier",
    "check",
    "linkages",
    "solve",
    "suppliers",
]
