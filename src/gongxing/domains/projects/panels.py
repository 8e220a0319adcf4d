"""The blocks on a project's page: what hangs on it."""

from gongxing.domains.projects.models import Project
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor


def project_panels(project: Project, actor: Actor) -> list[Panel]:
    """The blocks of a project's page."""
    return []
