"""People and organisations for every test; one trait per state."""

import factory
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model

from artmarket.accounts.enums import MemberRole, OrganisationKind, Role
from artmarket.accounts.models import Membership, Organisation, RoleGrant
from artmarket.accounts.second_factor import required_roles
from artmarket.core.sealed import seal

PASSWORD = "spring-kite-2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a confirmed address; each role is a trait (`artist=True`)."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    class Params:
        stopped = factory.Trait(is_active=False)
        english = factory.Trait(language="en")

    # Roles that need a second factor come with one; `second_factor=False` leaves it out.

    email = factory.Sequence(lambda n: f"u{n}@example.org")
    display_name = factory.Sequence(lambda n: f"用户{n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        roles = [r for r in Role.values if kwargs.pop(r, False)]
        confirmed = kwargs.pop("confirmed", True)
        factor = kwargs.pop("second_factor", bool(required_roles() & set(roles)))
        user = model_class.objects.create_user(password=PASSWORD, **kwargs)
        user.emailaddress_set.create(email=user.email, primary=True, verified=confirmed)
        for role in roles:
            RoleGrant.objects.create(user=user, role=role)
        if {Role.REGISTRAR, Role.OPERATOR} & set(roles):
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        if factor:
            add_second_factor(user)
        return user


def add_second_factor(user) -> None:
    """An authenticator app with the secret `TOTP_SECRET`, as if set up long ago."""
    sealed = {"secret": seal(TOTP_SECRET)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=sealed)
    user.forget_roles()


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A gallery in force."""

    class Meta:
        model = Organisation

    class Params:
        closed = factory.Trait(is_active=False)

    kind = OrganisationKind.GALLERY
    name = factory.Sequence(lambda n: f"画廊{n}")
    slug = factory.Sequence(lambda n: f"gallery-{n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    """A member in force."""

    class Meta:
        model = Membership

    class Params:
        admin = factory.Trait(role=MemberRole.ADMIN)

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
