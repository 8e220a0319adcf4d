from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ProjectsConfig(AppConfig):
    name = "gongxing.domains.projects"
    label = "projects"
    verbose_name = pgettext_lazy("several", "项目")
    default_auto_field = "django.db.models.BigAutoField"
