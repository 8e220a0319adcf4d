from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChainConfig(AppConfig):
    name = "gongxing.domains.chain"
    label = "chain"
    verbose_name = _("产业链")
    default_auto_field = "django.db.models.BigAutoField"
