"""The settings of numbers, people and keys."""

from django.urls import path

from accounts.views import connecting, doctor, keys, number, numbers, people, settings

app_name = "accounts"
urlpatterns = [
    path("settings/", settings.index, name="settings"),
    path("settings/you/", settings.own, name="own"),
    path("settings/numbers/", numbers.numbers, name="numbers"),
    path("settings/numbers/<uuid:number_id>/pause/", numbers.pause, name="pause_number"),
    path("settings/numbers/<uuid:number_id>/resume/", numbers.resume, name="resume_number"),
    path("settings/numbers/connect/", connecting.choose, name="connect"),
    path("settings/numbers/connect/by-hand/", connecting.by_hand, name="connect_by_hand"),
    path("settings/numbers/connect/sign-up/", connecting.sign_up, name="connect_sign_up"),
    path("settings/numbers/<uuid:number_id>/", number.number, name="number"),
    path("settings/numbers/<uuid:number_id>/setup/", connecting.setup, name="setup"),
    path(
        "settings/numbers/<uuid:number_id>/setup/<slug:step>/",
        connecting.take_step,
        name="setup_step",
    ),
    path(
        "settings/numbers/<uuid:number_id>/reconnect/",
        connecting.reconnect,
        name="reconnect_number",
    ),
    path(
        "settings/numbers/<uuid:number_id>/disconnect/",
        connecting.disconnect,
        name="disconnect_number",
    ),
    path("settings/numbers/<uuid:number_id>/doctor/", doctor.doctor, name="doctor"),
    path("settings/numbers/<uuid:number_id>/doctor/check/", doctor.check_now, name="check_now"),
    path(
        "settings/numbers/<uuid:number_id>/doctor/repair/",
        doctor.repair_number,
        name="repair_number",
    ),
    path("settings/numbers/<uuid:number_id>/register/", doctor.register, name="register_number"),
    path("settings/numbers/<uuid:number_id>/token/", number.token, name="number_token"),
    path("settings/numbers/<uuid:number_id>/app-secret/", number.app_secret, name="app_secret"),
    path(
        "settings/numbers/<uuid:number_id>/verify-token/", number.verify_token, name="verify_token"
    ),
    path("settings/numbers/<uuid:number_id>/profile/", number.profile, name="number_profile"),
    path("settings/keys/", keys.keys, name="keys"),
    path("settings/keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<uuid:person_id>/", people.colleague, name="person"),
    path("settings/people/<uuid:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/people/<uuid:person_id>/reactivate/", people.reactivate, name="reactivate"),
]
