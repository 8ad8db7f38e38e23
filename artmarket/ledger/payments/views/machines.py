"""What gateways call, and where they send a payer back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from artmarket.core.errors import DomainError

from ...services import webhooks


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 after the commit; 400 for what is not from the gateway; else it shall be sent again."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        webhooks.receive(body=request.body, signature=signature)
    except webhooks.BadMessage:
        return HttpResponse(status=400)
    except DomainError:
        return HttpResponse(status=503)
    return HttpResponse(status=200)


@require_GET
def payment_back(request: HttpRequest, reference: str) -> HttpResponse:
    """The payer comes back from the gateway's page: on to his own, in his language."""
    return redirect("payments:payment", reference=reference)
