"""The public pages of the rule book: every rule, its versions, where it comes from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket import rulebook
from artmarket.core.clock import today
from artmarket.rulebook import presentation

LONGEST_QUERY = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The titles of all rules by topic, or the rules that hold every word of `q`."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    topics = presentation.topics(query, today())
    context = {
        "query": query,
        "topics": topics,
        "count": sum(len(topic.rules) for topic in topics),
        "sureness": presentation.sureness_legend(),
    }
    return render(request, "rulebook/index.html", context)


@require_safe
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """All rules of one topic; not found for an unknown key."""
    found = next((each for each in presentation.topics("", today()) if each.key == key), None)
    if found is None:
        raise Http404(_("没有这个主题。"))
    context = {
        "topic": found,
        "sureness": presentation.sureness_legend(),
        "trail": [(_("规则书"), reverse("rulebook:index")), (found.title, "")],
    }
    return render(request, "rulebook/topic.html", context)


@require_safe
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule with all its versions; not found for an unknown id."""
    try:
        found = rulebook.rule_of(rule_id)
    except rulebook.UnknownRule:
        raise Http404(_("没有这条规则。")) from None
    shown = presentation.shown_rule(found, today())
    context = {
        "rule": shown,
        "trail": [(_("规则书"), reverse("rulebook:index")), (shown.title, "")],
    }
    return render(request, "rulebook/rule.html", context)
