"""The settings of numbers, people and keys, and the way in for the invited."""

from django.urls import path

from accounts.views import (
    audit,
    hours,
    invitations,
    joining,
    keys,
    numbers,
    organization,
    people,
    settings,
    teams,
)

app_name = "accounts"
urlpatterns = [
    path("settings/", settings.index, name="settings"),
    path("settings/you/", settings.own, name="own"),
    path("settings/you/sessions/end/", settings.end_other_sessions, name="end_sessions"),
    path("settings/organization/", organization.organization, name="organization"),
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
    path("settings/people/invite/", invitations.invite_somebody, name="invite"),
    path(
        "settings/people/invitations/<uuid:invitation_id>/resend/",
        invitations.resend,
        name="resend_invitation",
    ),
    path(
        "settings/people/invitations/<uuid:invitation_id>/cancel/",
        invitations.cancel,
        name="cancel_invitation",
    ),
    path("settings/people/<uuid:person_id>/", people.colleague, name="person"),
    path("settings/people/<uuid:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/people/<uuid:person_id>/reactivate/", people.reactivate, name="reactivate"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.new_team, name="new_team"),
    path("settings/teams/<uuid:team_id>/", teams.team, name="team"),
    path("settings/teams/<uuid:team_id>/delete/", teams.delete, name="delete_team"),
    path("join/", joining.join, name="join"),
    path("join/<slug:token>/", joining.by_link, name="join_by_link"),
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
