from django.urls import path

from .views import account, identity, identity_desk, operator, privacy, security

app_name = "accounts"
urlpatterns = [
    path("account/", account.home, name="home"),
    path("account/profile/", account.profile, name="profile"),
    path("account/sessions/<int:pk>/end/", security.end_session, name="end_session"),
    path("account/organisations/<slug:slug>/", account.organisation, name="organisation"),
    path("organisations/<slug:slug>/", account.organisation_page, name="organisation_page"),
    path(
        "account/organisations/<slug:slug>/identity/",
        identity.enterprise,
        name="organisation_identity",
    ),
    path("account/identity/", identity.person, name="identity"),
    path("account/licences/", identity.licence_list, name="licences"),
    path("account/licences/<int:pk>/", identity.licence, name="licence"),
    path("account/data/", privacy.data, name="data"),
    path("account/data/copy/", privacy.copy, name="data_copy"),
    path("desk/identity/", identity_desk.queue, name="identity_queue"),
    path("desk/identity/checks/<int:pk>/", identity_desk.check, name="identity_check"),
    path("desk/identity/licences/<int:pk>/", identity_desk.licence, name="identity_licence"),
    path("desk/operator/", operator.people, name="operator_desk"),
    path("desk/operator/people/<int:pk>/", operator.person, name="operator_person"),
    path("desk/operator/organisations/", operator.organisation_list, name="operator_organisations"),
    path("desk/operator/organisations/new/", operator.edit_organisation, name="new_organisation"),
    path(
        "desk/operator/organisations/<int:pk>/",
        operator.edit_organisation,
        name="edit_organisation",
    ),
    path("desk/operator/events/", operator.event_log, name="event_log"),
]
