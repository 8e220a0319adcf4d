"""统一社会信用代码 by GB 32100-2015, with its own validator.

18 characters: registering department, category, six digits of the division, nine characters of the organisation code (GB 11714),
check character. Alphabet of 31 signs without I, O, S, V, Z. Check: C18 = 31 - Σ c_i · 3^(i-1) mod 31 over the first 17. The
departments and categories that occur include N1-N3, A1 and Y1, which a well-known library rejects.
"""

from functools import lru_cache

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import tight

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
DEPARTMENTS = frozenset("123456789ANY")
LIKELY = {"O": "0", "I": "1", "S": "5", "V": "U", "Z": "2"}
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LENGTH, OLD_LENGTH = 18, 15


def check_character(first17: str) -> str:
    """The 18th character for the first 17. KeyError for a sign outside the alphabet."""
    total = sum(VALUES[sign] * weight for sign, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997): a digit or X."""
    total = sum(ORG_ALPHABET.index(sign) * weight for sign, weight in zip(first8, ORG_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def make(department: str, category: str, division: str, organisation8: str) -> str:
    """A valid code from its parts (for generators and tests)."""
    first17 = f"{department}{category}{division}{organisation8}{organisation_check(organisation8)}"
    return first17 + check_character(first17)


@lru_cache(maxsize=65536)
def parse(raw: str) -> str:
    """The code in capital half-width letters.

    Raises Fault: ``uscc.old15`` (an old registration number), ``uscc.length`` (length), ``uscc.alphabet`` (position, character,
    fix), ``uscc.category`` (department), ``uscc.division``, ``uscc.check`` (expected, found).
    """
    code = tight(raw).upper().strip("'’`\"")
    if len(code) != LENGTH:
        if len(code) == OLD_LENGTH and code.isdigit():
            raise Fault("uscc.old15", text=code)
        raise Fault("uscc.length", length=len(code), text=code[:24])
    for position, sign in enumerate(code, start=1):
        if sign not in VALUES:
            fix = "".join(LIKELY.get(one, one) for one in code)
            right = all(one in VALUES for one in fix) and check_character(fix[:17]) == fix[17]
            raise Fault("uscc.alphabet", position=position, character=sign, fix=fix if right else "")
    if code[0] not in DEPARTMENTS:
        raise Fault("uscc.category", character=code[0])
    if not code[2:8].isdigit():
        raise Fault("uscc.division", text=code[2:8])
    expected = check_character(code[:17])
    if code[17] != expected:
        raise Fault("uscc.check", expected=expected, found=code[17], text=code)
    return code
