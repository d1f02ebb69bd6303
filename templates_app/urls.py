"""The settings page of templates."""

from django.urls import path

from templates_app import views

app_name = "templates_app"
urlpatterns = [
    path("settings/templates/", views.template_list, name="list"),
    path("settings/templates/sync/", views.sync, name="sync"),
]
