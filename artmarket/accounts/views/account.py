"""The signed-in person's own pages, and the pages of organisations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts import desks, selectors
from artmarket.accounts.access import signed_in
from artmarket.accounts.forms import MemberForm, ProfileForm
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.services import organisations
from artmarket.accounts.services.people import update_profile
from artmarket.core.errors import DomainError, NotAllowed


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The desks that this person may enter, and his account."""
    grants = request.user.role_grants.filter(revoked_at__isnull=True).order_by("pk")
    context = {
        "desks": desks.desks_of(request.user),
        "grants": grants,
        "memberships": selectors.live_memberships(request.user),
    }
    return render(request, "accounts/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Name shown, telephone, language of mails."""
    # A copy: a refused form must not change the name in the page's header.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        update_profile(actor=request.user, **form.cleaned_data)
        messages.success(request, _("个人资料已保存。"))
        return redirect("accounts:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@require_safe
def organisation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What the public may read of an organisation; never its members."""
    organisation = get_object_or_404(Organisation, slug=slug, is_active=True)
    context = {
        "organisation": organisation,
        "is_member": request.user.is_authenticated
        and request.user.has_perm("accounts.see_organisation", organisation),
    }
    return render(request, "accounts/organisation_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """The members' page: who acts for the organisation; administrators change that here."""
    found = get_object_or_404(Organisation, slug=slug)
    if not request.user.has_perm("accounts.see_organisation", found):
        raise NotAllowed()
    form = MemberForm()
    status = 200
    if request.method == "POST":
        form = MemberForm(request.POST if request.POST.get("do") == "add" else None)
        if _change_members(request, found, form):
            still = request.user.has_perm("accounts.see_organisation", found)
            return redirect("accounts:organisation", slug) if still else redirect("accounts:home")
        status = 422
    context = {
        "organisation": found,
        "members": found.memberships.filter(ended_at__isnull=True)
        .select_related("user")
        .order_by("role", "pk"),
        "may_manage": request.user.has_perm("accounts.manage_members", found),
        "form": form,
    }
    return render(request, "accounts/organisation.html", context, status=status)


def _change_members(request: HttpRequest, found: Organisation, form: MemberForm) -> bool:
    """Carry out what the members' page asks for; False when the form has to be shown again."""
    what = request.POST.get("do")
    if what == "add":
        return _add_member(request, found, form)
    membership_id = request.POST.get("membership", "")
    if (
        not membership_id.isdecimal()
        or not found.memberships.filter(pk=membership_id[:18]).exists()
    ):
        raise DomainError(_("这个人已经不是成员。"), code="wrong_state")
    if what == "role":
        organisations.change_member_role(
            actor=request.user, membership_id=int(membership_id), role=request.POST.get("role", "")
        )
        messages.success(request, _("成员的身份已更改。"))
        return True
    if what == "end":
        organisations.end_membership(actor=request.user, membership_id=int(membership_id))
        messages.success(request, _("已退出单位。"))
        return True
    raise DomainError(code="unknown_action", status=400)


def _add_member(request: HttpRequest, found: Organisation, form: MemberForm) -> bool:
    if not request.user.has_perm("accounts.manage_members", found):
        raise NotAllowed()
    if not form.is_valid():
        return False
    person = User.objects.filter(
        email__iexact=form.cleaned_data["email"], is_active=True, emailaddress__verified=True
    ).first()
    if person is None:
        form.add_error("email", _("不能加入这个邮箱。对方要先注册并确认邮箱。"))
        return False
    organisations.add_member(
        actor=request.user, organisation_id=found.pk, user=person, role=form.cleaned_data["role"]
    )
    messages.success(request, _("成员已加入。"))
    return True
