"""Password rules beyond Django's own."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
NEEDED = 3


class MixedCharacters:
    """At least three of: small letters, capital letters, digits, others."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(one, password)) for one in CLASSES) < NEEDED:
            raise ValidationError(self.get_help_text(), code="password_mixed")

    def get_help_text(self) -> str:
        return _("密码要包含小写字母、大写字母、数字、符号中的至少三类。")
