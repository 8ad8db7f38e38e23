from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("内容")

    def ready(self) -> None:
        from django.urls import reverse

        from artmarket.core import demo, navigation

        from .demo import is_loaded, load
        from .texts import PAGES

        for order, page in enumerate(PAGES, start=30):
            if page.in_footer:
                # A link of the footer costs no query: the address is the page's slug.
                def target(slug: str = page.slug) -> str:
                    return reverse("wagtail_serve", args=[f"{slug}/"])

                target.__qualname__ = f"cms.{page.slug}"
                navigation.register(order, page.label, target, f"/{page.slug}/", place="footer")
        demo.register("cms", 50, load, is_loaded=is_loaded)
