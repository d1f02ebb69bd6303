"""The settings of assistants."""

from django.urls import path

from automation import views

app_name = "automation"
urlpatterns = [
    path("settings/numbers/<uuid:number_id>/assistant/", views.assistant, name="assistant"),
]
