from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FirmsConfig(AppConfig):
    name = "gongxing.domains.firms"
    label = "firms"
    verbose_name = _("企业")
    default_auto_field = "django.db.models.BigAutoField"
