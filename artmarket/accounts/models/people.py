"""People, organisations and the parties that hold title.

A `User` signs in; a `Party` is whoever can own, pledge or keep a work, with or without an account.
Roles are rows, not flags, so that who granted what and when is kept.
"""

from typing import Any

import rules
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .. import second_factor
from ..enums import MemberRole, OrganisationKind, PartyKind, Role


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str) -> "User":
        """Sign-in ignores the case of the address."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Make a person who can sign in; the address is stored in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Make a technical administrator (manage.py createsuperuser)."""
        fields.setdefault("display_name", email.partition("@")[0])
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("电子邮箱"), max_length=254, unique=True)
    display_name = models.CharField(_("显示名"), max_length=80)
    phone = models.CharField(_("手机"), max_length=32, blank=True, default="")
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("可进入后台"), default=False)
    date_joined = models.DateTimeField(_("注册时间"), db_default=Now(), editable=False)

    objects = UserManager()

    # Whom a program acts for that speaks for this person; None: whomever he may act for himself.
    HIMSELF = 0
    acts_for: int | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_ci")]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @cached_property
    def granted_roles(self) -> frozenset[str]:
        """The roles that are granted, in effect or not; read once per request."""
        if not self.is_active:
            return frozenset()
        rows = self.role_grants.filter(revoked_at__isnull=True).values_list(
            "role", second_factor.has_one(OuterRef("user_id"))
        )
        grants = dict(rows)
        if grants:
            self.__dict__["has_second_factor"] = any(grants.values())
        return frozenset(grants)

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app or a passkey is set up."""
        return bool(
            User.objects.filter(pk=self.pk)
            .values_list(second_factor.has_one(OuterRef("pk")))
            .get()[0]
        )

    @cached_property
    def lacks_second_factor(self) -> bool:
        """Whether the person must set up a second factor before all of his roles are in effect."""
        return second_factor.is_required(self) and not self.has_second_factor

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles in effect; read once per request."""
        if self.lacks_second_factor:
            return self.granted_roles - second_factor.required_roles()
        return self.granted_roles

    def forget_roles(self) -> None:
        """Read roles and factors again at the next question."""
        for name in ("granted_roles", "has_second_factor", "lacks_second_factor", "roles"):
            self.__dict__.pop(name, None)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The house's permissions follow the roles in effect; those of Wagtail and Django, and all
        that a superuser may, wait for a second factor where one is required."""
        if self.is_active and self.lacks_second_factor:
            return rules.perm_exists(perm) and rules.has_perm(perm, self, obj)
        return super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return not self.lacks_second_factor and super().has_module_perms(app_label)

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds one of these roles."""
        return not self.roles.isdisjoint(str(r) for r in roles)


class Organisation(models.Model):
    kind = models.CharField(_("类别"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("名称"), max_length=120, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")
    slug = models.SlugField(_("网址名"), max_length=80, unique=True)
    about = models.TextField(_("简介"), blank=True, default="")
    about_en = models.TextField(_("英文简介"), blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    website = models.URLField(_("网站"), blank=True, default="")
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def admins(self) -> "MembershipQuerySet":
        """Administrators in force."""
        return self.filter(role=MemberRole.ADMIN, ended_at__isnull=True)

    def administering(self) -> "MembershipQuerySet":
        """Administrators in force of organisations in force."""
        return self.admins().filter(organisation__is_active=True)


class Membership(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        _("在单位中的身份"), max_length=10, choices=MemberRole, default=MemberRole.MEMBER
    )
    since = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(ended_at__isnull=True),
                name="membership_one_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.organisation}"


class RoleGrant(models.Model):
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("角色"), max_length=12, choices=Role)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants"
    )
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("角色授予")
        verbose_name_plural = _("角色授予")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(revoked_at__isnull=True), name="role_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Party(models.Model):
    """Whoever can hold title. The name of a private party is shown to nobody but staff."""

    kind = models.CharField(max_length=12, choices=PartyKind)
    name = models.CharField(_("名称"), max_length=160)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="party"
    )
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="party"
    )
    is_public = models.BooleanField(_("名称公开"), default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("权利人")
        verbose_name_plural = _("权利人")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(organisation__isnull=True),
                name="party_user_or_organisation",
            ),
            models.CheckConstraint(
                condition=(Q(user__isnull=True) | Q(kind__exact="person"))
                & (Q(organisation__isnull=True) | Q(kind__exact="organisation")),
                name="party_kind_matches_link",
            ),
        ]

    def __str__(self) -> str:
        return self.name
