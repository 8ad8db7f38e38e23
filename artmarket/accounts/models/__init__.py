"""What is stored of people: accounts, identity checks and licences, use of personal data."""

from .identity import Evidence, IdentityCheck, Licence, link_of
from .people import Membership, Organisation, Party, RoleGrant, User, UserManager
from .privacy import ErasureRequest, PersonalDataAccess
from .security import KnownBrowser

__all__ = [
    "ErasureRequest",
    "Evidence",
    "IdentityCheck",
    "KnownBrowser",
    "Licence",
    "Membership",
    "Organisation",
    "Party",
    "PersonalDataAccess",
    "RoleGrant",
    "User",
    "UserManager",
    "link_of",
]
