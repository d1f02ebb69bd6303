"""The settings of numbers and keys."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.settings_index, name="settings"),
    path("settings/numbers/", views.numbers, name="numbers"),
    path("settings/numbers/<uuid:number_id>/resume/", views.resume_number, name="resume_number"),
    path("settings/keys/", views.keys, name="keys"),
    path("settings/keys/<uuid:key_id>/revoke/", views.revoke_key, name="revoke_key"),
]
