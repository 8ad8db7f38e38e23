"""Every address of the platform. Chinese pages have no prefix, English ones /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from health_check.views import HealthCheckView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from artmarket.api.site import urls as api_urls
from artmarket.api.views.docs import schema
from artmarket.core.robots import robots
from cms import sitemaps

# One door only: the sign-in forms that Wagtail and Django bring lead to the account pages.
to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("cms/login/", to_sign_in),
    path("admin/login/", to_sign_in),
    path("_util/login/", to_sign_in),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("admin/", admin.site.urls),
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
    ),
    path(
        "health/publishing/",
        HealthCheckView.as_view(checks=["cms.health.ScheduledPublishing"]),
        name="health_publishing",
    ),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.file, name="sitemap_file"),
    path("api/schema/", schema, name="schema"),
    path("api/v1/", include((api_urls(), "v1"))),
    path("iiif/3/manifest/", include("catalog.urls_iiif")),
    path("log/", include("catalog.urls_log")),
    path("", include("media.urls")),
    path("", include("appraisal.machine_urls")),
    path("", include("artmarket.ledger.machine_urls")),
]
urlpatterns += i18n_patterns(
    path("", include("auctions.urls")),  # first: bids are what comes most and is waited for
    path("account/", include("allauth.urls")),
    path("", include("artmarket.core.urls")),
    path("", include("artmarket.rulebook.urls")),
    path("", include("artmarket.accounts.urls")),
    path("", include("artmarket.ledger.urls")),
    path("", include("artmarket.ledger.payments.urls")),
    path("", include("catalog.urls")),
    path("", include("appraisal.urls")),
    path("", include("auctions.notices.urls")),
    path("", include("auctions.signals.urls")),
    path("", include("auctions.listings.urls")),
    path("", include("auctions.pledges.urls")),
    path("", include("artmarket.api.urls")),
    path("", include("cms.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
