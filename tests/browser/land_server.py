"""A small office with parks and parcels on the map, served for browser tests and for the benchmark of drawing.

Run as a process with the port and the number of parcels as arguments; the data folder is the environment's.
"""

import sys
from collections.abc import Sequence

from gongxing.site import wsgi  # loads the site, which all that follows needs

# isort: split
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office, find_office, make_office
from gongxing.kernel.testing.writes import as_system
from gongxing.site.commands.keep import init
from gongxing.site.demo.county import PASSWORD
from tests.browser.serving import serve
from tests.land_shapes import lay_out

KEEPER = "ziranziyuan"


def prepare(rows: int) -> None:
    """The office with its land, an officer of natural resources who keeps it, and passwords."""
    office = find_office() or make_office()
    with as_system() as ctx:
        for user in (office.users["yuanqu"], office.users["gongxin"], keeper(ctx, office)):
            user.set_password(PASSWORD)
            hashed = user.password
            user.password = "!"
            ctx.update(user, password=hashed)
        lay_out(ctx, [office.units["东园"], office.units["西园"], office.units["东园"]], rows)


def keeper(ctx: Ctx, office: Office) -> User:
    """Somebody of the natural resources bureau, who draws parcels and sees the lines of secret layers."""
    user = ctx.create(User(username=KEEPER, name=f"{KEEPER}（演示）", password="!", invented=True))
    post = ctx.create(
        Post(unit=office.units["县"], title=f"{KEEPER}岗", code=f"P-{KEEPER}", role="resources", invented=True)
    )
    ctx.create(Tenure(user=user, post=post, start=SINCE, invented=True))
    ctx.create_many(grants_for(post, SINCE))
    return user


def main(arguments: Sequence[str]) -> int:
    """Serve until stopped."""
    assert init([]) == 0
    prepare(int(arguments[1]))
    return serve(arguments[0], wsgi.application)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
