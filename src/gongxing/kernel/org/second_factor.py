"""The second factor: six digits of an authenticator (RFC 6238), bound once, checked at each log-in.

Lives in the ``ops`` database, so that neither binding nor checking waits for a long import.
"""

import secrets
from binascii import unhexlify
from datetime import timedelta
from enum import StrEnum
from urllib.parse import quote, urlencode

from django.db import router, transaction
from django_otp.oath import TOTP

from gongxing.kernel.clock import now
from gongxing.kernel.org.models import SecondFactor, User

ISSUER = "Gongxing"
STEP, DIGITS, TOLERANCE, KEY_BYTES = 30, 6, 1, 20
LONGEST_WAIT = 900  # seconds; each wrong token doubles the wait


class Verdict(StrEnum):
    """What became of a token: right, wrong, or not looked at because too many were wrong."""

    RIGHT = "right"
    WRONG = "wrong"
    WAIT = "wait"


def factor_of(user_id: int) -> SecondFactor | None:
    """The bound authenticator of an account."""
    return SecondFactor.objects.filter(user_id=user_id, confirmed=True).first()


def unbound_factor(user_id: int) -> SecondFactor:
    """The key an account is about to bind, made on first asking. Raises ValueError where one is bound."""
    one, _made = SecondFactor.objects.get_or_create(
        user_id=user_id, defaults={"key": secrets.token_hex(KEY_BYTES), "created_at": now()}
    )
    if one.confirmed:
        raise ValueError(f"account {user_id} has bound an authenticator")
    return one


def totp_of(factor: SecondFactor) -> TOTP:
    """The tokens of a factor as of now."""
    totp = TOTP(unhexlify(factor.key), STEP, 0, DIGITS, factor.drift)
    totp.time = now().timestamp()
    return totp


def config_url(factor: SecondFactor, user: User) -> str:
    """What the QR code says to an authenticator."""
    label = quote(f"{ISSUER}:{user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': factor.secret, 'issuer': ISSUER, 'digits': DIGITS})}"


def verify(factor_id: int, token: str, *, binding: bool = False) -> Verdict:
    """Look at a token; a right one is good once and, when ``binding``, confirms the factor. Of two requests with one token one wins.

    Raises SecondFactor.DoesNotExist when it was removed meanwhile.
    """
    with transaction.atomic(using=router.db_for_write(SecondFactor)):
        one = SecondFactor.objects.select_for_update().get(pk=factor_id)
        if one.failed_at is not None:
            wait = min(LONGEST_WAIT, 2 ** min(one.failures - 1, 10))
            if now() < one.failed_at + timedelta(seconds=wait):
                return Verdict.WAIT
        totp = totp_of(one)
        right = len(token) == DIGITS and token.isdecimal() and totp.verify(int(token), TOLERANCE, one.last_t + 1)
        if right:
            one.last_t, one.drift, one.failures, one.failed_at = totp.t(), totp.drift, 0, None
            one.confirmed = one.confirmed or binding
        else:
            one.failures, one.failed_at = one.failures + 1, now()
        one.save()
    return Verdict.RIGHT if right else Verdict.WRONG


def holds(user_id: int, factor_id: object) -> bool:
    """Whether a session that was verified by this factor still is: the factor may have been removed since."""
    if not isinstance(factor_id, int):
        return False
    return SecondFactor.objects.filter(pk=factor_id, user_id=user_id, confirmed=True).exists()


def remove_factor(user_id: int) -> bool:
    """Forget the authenticator of an account (a lost phone): it binds a new one at the next log-in. False where none was bound."""
    return bool(SecondFactor.objects.filter(user_id=user_id).delete()[0])
