"""Every address of the platform. Chinese pages have no prefix, English ones /en/."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from health_check.views import HealthCheckView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls


def _have(module: str) -> bool:
    return find_spec(module) is not None


urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("admin/", admin.site.urls),
]
urlpatterns += [
    path(
        "health/",
        HealthCheckView.as_view(
            checks=[
                "health_check.checks.Database",
                "health_check.checks.Cache",
                "health_check.checks.Storage",
            ]
        ),
        name="health",
    )
]
urlpatterns += [path("", include("media.urls"))] if _have("media.urls") else []
urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    *[
        path("", include(module))
        for module in (
            "artmarket.core.urls",
            "artmarket.rulebook.urls",
            "artmarket.accounts.urls",
            "catalog.urls",
            "appraisal.urls",
            "auctions.listings.urls",
            "cms.urls",
        )
        if find_spec(module.partition(".")[0]) and _have(module)
    ],
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
