"""All addresses of the site."""

from django.urls import include, path

from gongxing.kernel.api.site import api, mount
from gongxing.site import display, health, home, login, proofs

mount()

urlpatterns = [
    path("", home.home_page, name="home"),
    path("inbox/<int:key>/", home.open_notice, name="notice"),
    path("inbox/read/", home.read_all, name="notices-read"),
    path("login/", login.login_page, name="login"),
    path("logout/", login.logout_page, name="logout"),
    path("second-factor/", login.second_factor_page, name="second-factor"),
    path("second-factor/setup/", login.second_factor_setup, name="second-factor-setup"),
    path("password/", login.password_page, name="password"),
    path("display/", display.save_display, name="display"),
    path("language/", display.save_language, name="language"),
    path("post/", display.choose_post, name="choose-post"),
    path("health/", health.health, name="health"),
    path("deadlines/<int:key>/proof/", proofs.deadline_proof, name="deadline-proof"),
    path("api/", api.urls),
    path("", include("gongxing.kernel.pages.urls")),
    path("", include("gongxing.kernel.exchange.urls")),
    path("", include("gongxing.kernel.search.urls")),
    path("", include("gongxing.kernel.office.urls")),
    path("", include("gongxing.kernel.documents.urls")),
    path("firms/", include("gongxing.domains.firms.urls")),
    path("chain/", include("gongxing.domains.chain.urls")),
    path("projects/", include("gongxing.domains.projects.urls")),
    path("policy/", include("gongxing.domains.policy.urls")),
    path("land/", include("gongxing.domains.land.urls")),
    path("approvals/", include("gongxing.domains.approvals.urls")),
]

handler400 = "gongxing.site.errors.bad_request"
handler404 = "gongxing.site.errors.not_found"
handler500 = "gongxing.site.errors.server_error"
