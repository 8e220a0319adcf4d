"""A park against its peers (对标升级): gap, rank and percentile per indicator, radar values, the path to a peer's value, facility ratios.

Notation. For an indicator, v(p) is the value of park p, P the parks that know it with n = |P|, and s = 1 where more is better, −1 where less is.

1. gap to a reference r: s·(v(r) − v(own)): positive where own is behind; share = gap ÷ |v(r)|, none where v(r) = 0.
2. The reference is a named peer, the best peer, or the median of the peers (own left out).
3. rank = 1 + the number of parks strictly better; equal values share the better rank. percentile: the share of
   the other parks that own is better than, equal ones counted half: 100·(worse + ½·equal) ÷ (n − 1); none where n = 1.
4. Radar, 0 to 100: ``range``: 100·s·(v − worst) ÷ (|best − worst|) over P, all 100 where all are equal; ``best``: 100·v ÷ best where more
   is better, 100·best ÷ v where less is, for positive values only.
5. Path from y0 to the target in y1, N = y1 − y0 years: ``linear`` v + (t − v)·k/N, ``growth`` v·(t/v)^(k/N) where both are positive; the last
   value is the target itself. Yearly growth is (t/v)^(1/N) − 1. The path aims at the peer's value of today: peers move, and that is said.
6. Facilities: a figure (ratio, distance, count) between the least and the most its parameter allows; lacks or exceeds by the difference.

What is not known is none and named, never 0. Sources: rulebook 6.1, 6.12; the issue's 对标升级.
"""

from gongxing.engines.parkgaps.facilities import Facility, FacilityRule, FacilityState, facilities
from gongxing.engines.parkgaps.model import Indicator, Park, PathYear, Profile, Radar, Standing, TargetPath
from gongxing.engines.parkgaps.path import target_path
from gongxing.engines.parkgaps.profile import profile

__all__ = [
    "Facility",
    "FacilityRule",
    "FacilityState",
    "Indicator",
    "Park",
    "PathYear",
    "Profile",
    "Radar",
    "Standing",
    "TargetPath",
    "facilities",
    "profile",
    "target_path",
]
