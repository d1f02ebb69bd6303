"""The settings of numbers, people and keys, and the way in for the invited."""

from django.urls import path

from accounts.views import (
    helping,
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
    path("settings/keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke_key"),
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
    path("settings/people/<uuid:person_id>/new-password/", helping.new_password, name="help_in"),
    path(
        "settings/people/<uuid:person_id>/second-factor/remove/",
        helping.remove_factor,
        name="remove_factor",
    ),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.new_team, name="new_team"),
    path("settings/teams/<uuid:team_id>/", teams.team, name="team"),
    path("settings/teams/<uuid:team_id>/delete/", teams.delete, name="delete_team"),
    path("join/", joining.join, name="join"),
    path("join/<slug:token>/", joining.by_link, name="join_by_link"),
]
