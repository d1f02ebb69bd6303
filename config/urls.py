"""Every address of the site."""

from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views
from config.api import api
from config.metrics import metrics

urlpatterns = [
    path("", RedirectView.as_view(url="/inbox/")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("inbox.urls")),
    path("", include("webhooks.urls")),
    path("", include("templates_app.urls")),
    path("", include("accounts.urls")),
    path("", include("automation.urls")),
    path("api/v1/whatsapp/", api.urls),
    path("healthz/live", views.live),
    path("healthz/ready", views.ready),
    path("metrics", metrics),
]
