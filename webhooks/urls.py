"""Meta's address, and the settings page of dead letters."""

from django.urls import path

from webhooks import views

urlpatterns = [
    # With and without the slash: a redirect would not be followed.
    path("webhooks/whatsapp/", views.challenge, name="webhook_challenge"),
    path("webhooks/whatsapp", views.challenge),
    path("settings/dead-letters/", views.dead_letters, name="dead_letters"),
    path("settings/dead-letters/retry/", views.retry_many, name="retry_dead_letters"),
    path("settings/dead-letters/progress/", views.progress, name="dead_letter_progress"),
    path("settings/dead-letters/<uuid:letter_id>/raw/", views.raw, name="raw_dead_letter"),
    path("settings/dead-letters/<uuid:letter_id>/retry/", views.retry, name="retry_dead_letter"),
    path(
        "settings/dead-letters/<uuid:letter_id>/discard/",
        views.discard,
        name="discard_dead_letter",
    ),
]
