"""Addresses of the register of enterprises and the figures."""

from django.urls import URLPattern, path

from ..views import bureau, enterprises, figures

urlpatterns: list[URLPattern] = [
    path("enterprises/", enterprises.directory, name="enterprises"),
    path("enterprises/key/", enterprises.key_list, name="key_list"),
    path("enterprises/key/list.<slug:format>", enterprises.key_list_file, name="key_list_file"),
    path("enterprises/<slug:code>/", enterprises.profile, name="enterprise"),
    path("figures/", figures.public, name="figures"),
    path("figures/<slug:code>.<slug:format>", figures.public_file, name="figure_file"),
    path("desk/bureau/enterprises/", bureau.enterprises, name="bureau_enterprises"),
    path("desk/bureau/enterprises/new/", bureau.new_enterprise, name="bureau_new_enterprise"),
    path("desk/bureau/enterprises/<int:pk>/", bureau.enterprise, name="bureau_enterprise"),
    path("desk/bureau/key-list/", bureau.key_desk, name="bureau_key_list"),
    path("desk/bureau/figures/", figures.desk, name="figures_desk"),
    path(
        "desk/bureau/figures/<slug:code>.<slug:format>", figures.desk_file,
        name="figures_desk_file",
    ),
]  # fmt: skip
