"""Every address of the site."""

from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views
from config.api import api
from config.metrics import metrics

handler429 = "accounts.views.too_many"  # allauth asks for it

urlpatterns = [
    path("", RedirectView.as_view(url="/inbox/")),
    # Addresses and links to sign-ons are in the hands of admins: these pages are closed.
    path("accounts/email/", RedirectView.as_view(url="/settings/you/")),
    path("accounts/3rdparty/", RedirectView.as_view(url="/settings/you/")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("", include("inbox.urls")),
    path("", include("webhooks.urls")),
    path("", include("templates_app.urls")),
    path("", include("accounts.urls")),
    path("", include("automation.urls")),
    path("", include("campaigns.urls")),
    path("api/v1/whatsapp/", api.urls),
    path("healthz/live", views.live),
    path("healthz/ready", views.ready),
    path("metrics", metrics),
]
