"""robots.txt: what programmes that collect pages need not ask for, and where the list of pages is.

It protects nothing: closed pages ask who one is, and say `noindex` themselves.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

# Below the prefix of every language: desks and accounts, and files made anew for each question.
CLOSED = ("/account/", "/desk/", "/money/", "/lending/", "/works/saved/", "/works/export.")
ADMINISTRATIONS = ("/admin/", "/cms/")
A_DAY = 86_400


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The rules of RFC 9309, the same for everybody, and the site map."""
    prefixes = ("", *(f"/{c}" for c, _name in settings.LANGUAGES if c != settings.LANGUAGE_CODE))
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in ADMINISTRATIONS]
    lines += [f"Disallow: {prefix}{path}" for prefix in prefixes for path in CLOSED]
    lines += ["", f"Sitemap: {settings.SITE_URL.rstrip('/')}{reverse('sitemap')}"]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={A_DAY}"
    return answer
