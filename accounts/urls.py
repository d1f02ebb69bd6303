"""The settings of numbers, people and keys."""

from django.urls import path

from accounts.views import audit, keys, numbers, people, settings

app_name = "accounts"
urlpatterns = [
    path("settings/", settings.index, name="settings"),
    path("settings/you/", settings.own, name="own"),
    path("settings/numbers/", numbers.numbers, name="numbers"),
    path("settings/numbers/<uuid:number_id>/pause/", numbers.pause, name="pause_number"),
    path("settings/numbers/<uuid:number_id>/resume/", numbers.resume, name="resume_number"),
    path(
        "settings/numbers/<uuid:number_id>/read-receipts/",
        numbers.read_receipts,
        name="read_receipts",
    ),
    path("settings/keys/", keys.keys, name="keys"),
    path("settings/keys/new/", keys.new, name="new_key"),
    path("settings/keys/<uuid:key_id>/", keys.key, name="key"),
    path("settings/keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("settings/audit/", audit.audit, name="audit"),
    path("settings/audit/after/<int:number>/", audit.news, name="audit_news"),
    path("settings/audit/export/", audit.export, name="export_audit"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<uuid:person_id>/", people.colleague, name="person"),
    path("settings/people/<uuid:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/people/<uuid:person_id>/reactivate/", people.reactivate, name="reactivate"),
]
