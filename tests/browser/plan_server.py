"""A small office with a desk of approvals and one project, served for the browser test of permit plans: the park's officer keeps the project, the desk sees it.

Run as a process with the port as its argument; the data folder is the environment's.
"""

import sys
import threading
import time
from collections.abc import Sequence
from datetime import date

from gongxing.site import wsgi  # loads the site, which all that follows needs

# isort: split
from gongxing.domains.approvals.tests.desks import desks
from gongxing.domains.projects.models import Paper
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import find_office, make_office
from gongxing.kernel.testing.writes import as_system
from gongxing.site.commands.keep import init
from gongxing.site.demo.county import PASSWORD
from tests.browser.serving import serve


def prepare() -> None:
    """The office, the desk, the project with a land mode and one paper, and passwords."""
    world = desks(find_office() or make_office())
    with as_system() as ctx:
        for name in ("yuanqu", "window"):
            user = User.objects.get(username=name)
            user.set_password(PASSWORD)
            hashed, user.password = user.password, "!"
            ctx.update(user, password=hashed)
        ctx.update(world.project, land_mode="lease_building")
        ctx.create(Paper(project=world.project, kind="filing", ref="样1", number="2503-450000", issued_on=date(2025, 2, 20)))  # fmt: skip


def work() -> None:
    """Do the jobs that wait, as a worker beside the site would."""
    while True:
        if not run_next():
            time.sleep(0.2)


def main(arguments: Sequence[str]) -> int:
    """Serve until stopped."""
    assert init([]) == 0
    prepare()
    threading.Thread(target=work, daemon=True).start()
    return serve(arguments[0], wsgi.application)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
