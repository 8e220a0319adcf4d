"""A small office served for the walk of one project: an empty register, a park's officer, one of the reform bureau who decides the class of the
guidance catalogue, one of the justice bureau, and a fair-competition review that says yes.

Run as a process with the port as its argument; the data folder is the environment's. Nothing of the demo county is built.
"""

import sys
from collections.abc import Sequence

from gongxing.site import wsgi  # loads the site, which all that follows needs

# isort: split
from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.checks import Check, provide_check
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office, find_office, make_office
from gongxing.kernel.testing.writes import as_system
from gongxing.site.commands.keep import init
from gongxing.site.demo.county import PASSWORD
from tests.browser.serving import serve

DECIDER = "fagai"
OWNER, USCC = "青禾茶饮有限公司", "91459999MA00000009"


def prepare() -> None:
    """The office, its three officers with a password, one enterprise; the review of other stages stands in."""
    office = find_office() or make_office()
    with as_system() as ctx:
        for user in (office.users["yuanqu"], office.users["sifa"], decider(ctx, office)):
            user.set_password(PASSWORD)
            hashed = user.password
            user.password = "!"
            ctx.update(user, password=hashed)
        ctx.create(
            Firm(
                name=OWNER,
                folded=OWNER,
                uscc=USCC,
                unit=office.units["东园"],
                industry="1523",
                section="C",
                above_scale=True,
            )
        )
    provide_check("fair_competition", lambda project: Check("met"))


def decider(ctx: Ctx, office: Office) -> User:
    """Somebody of the reform bureau, whose post may decide the class of the catalogue."""
    user = ctx.create(User(username=DECIDER, name=f"{DECIDER}（演示）", password="!", invented=True))
    post = ctx.create(
        Post(unit=office.units["县"], title=f"{DECIDER}岗", code=f"P-{DECIDER}", role="reform", invented=True)
    )
    ctx.create(Tenure(user=user, post=post, start=SINCE, invented=True))
    ctx.create_many(grants_for(post, SINCE))
    return user


def main(arguments: Sequence[str]) -> int:
    """Serve until stopped."""
    assert init([]) == 0
    prepare()
    return serve(arguments[0], wsgi.application)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
