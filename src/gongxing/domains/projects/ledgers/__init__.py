"""The declarations of projects and of what hangs on them."""

from gongxing.domains.projects.ledgers import hanging, pool, projects, promises

__all__ = ["hanging", "pool", "projects", "promises"]
