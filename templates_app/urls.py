"""The settings pages of templates."""

from django.urls import path

from templates_app.views import catalogue, desk

app_name = "templates_app"
ONE = "settings/templates/<uuid:template_id>/"
DRAFT = "settings/templates/drafts/<uuid:draft_id>/"
urlpatterns = [
    path("settings/templates/", catalogue.template_list, name="list"),
    path("settings/templates/sync/", catalogue.sync, name="sync"),
    path("settings/templates/new/", desk.new, name="new"),
    path("settings/templates/check/", desk.check, name="check"),
    path(DRAFT, desk.draft, name="draft"),
    path(f"{DRAFT}discard/", desk.discard, name="discard"),
    path(ONE, catalogue.template_page, name="template"),
    path(f"{ONE}edit/", desk.edit, name="edit"),
    path(f"{ONE}delete/", catalogue.delete, name="delete"),
    path(f"{ONE}unpause/", catalogue.unpause, name="unpause"),
]
