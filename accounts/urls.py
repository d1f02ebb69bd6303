"""The settings of numbers, people and keys."""

from django.urls import path

from accounts.views import hours, keys, numbers, people, settings

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
    path("settings/keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<uuid:person_id>/", people.colleague, name="person"),
    path("settings/people/<uuid:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/people/<uuid:person_id>/reactivate/", people.reactivate, name="reactivate"),
    path("settings/hours/", hours.hours, name="hours"),
    path("settings/hours/new/", hours.new_hours, name="new_hours"),
    path("settings/hours/<uuid:hours_id>/", hours.one_hours, name="one_hours"),
    path("settings/hours/<uuid:hours_id>/delete/", hours.remove_hours, name="delete_hours"),
    path("settings/hours/targets/new/", hours.new_target, name="new_target"),
    path("settings/hours/targets/<uuid:target_id>/", hours.one_target, name="one_target"),
    path(
        "settings/hours/targets/<uuid:target_id>/delete/",
        hours.remove_target,
        name="delete_target",
    ),
]
