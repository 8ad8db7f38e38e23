"""What is the same for everybody: caches between keep one copy, and nobody is asked who he is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

MARK = "same_for_everybody"


class SharedCacheMiddleware:
    """Takes "Cookie" and "Accept-Language" out of Vary where a view has set the mark.

    Stands outside the middlewares that put them there because they look at who asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if getattr(answer, MARK, False) and answer.has_header("Vary"):
            names = [name.strip() for name in answer["Vary"].split(",")]
            kept = [n for n in names if n.lower() not in ("cookie", "accept-language")]
            if kept:
                answer["Vary"] = ", ".join(kept)
            else:
                del answer["Vary"]
        return answer


class OpenTilesMiddleware:
    """Answers tiles that everybody may see before session, language and person are looked up.

    A page of deep zoom asks for dozens at once. Whatever isn't such a tile goes on as always, also
    one that is refused. Stands inside what gives every answer its headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._open_tile(request) or self.get_response(request)

    def _open_tile(self, request: HttpRequest) -> HttpResponseBase | None:
        path = request.path_info
        if not path.startswith("/iiif/3/") or request.method not in ("GET", "HEAD"):
            return None
        from . import iiif  # which reads MARK from here

        try:
            found = resolve(path, urlconf="media.urls")
        except Resolver404:
            return None
        if found.func is not iiif.picture:
            return None
        return iiif.open_picture(request, **found.kwargs)
