"""Let caches between keep one copy of what is the same for everybody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
