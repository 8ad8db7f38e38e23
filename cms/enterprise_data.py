"""An enterprise for machines: schema.org Organization. Says what its public page says, no more."""

from typing import Any

from artmarket.core.punctuation import listed

from .models import Enterprise


def organization(enterprise: Enterprise, *, url: str) -> dict[str, Any]:
    """JSON-LD of a public profile.

    Arguments: `url` its absolute address. Contact only where the person consented; neither staff
    nor revenue, which are shown to nobody outside the bureau.
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{url}#organization",
        "url": url,
        "name": enterprise.display_name,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "统一社会信用代码",
            "value": enterprise.code,
        },
    }
    others = [n for n in (enterprise.name, enterprise.name_en) if n and n != data["name"]]
    if others:
        data["alternateName"] = others[0]
    about = [enterprise.in_language("products"), enterprise.in_language("capacity")]
    if any(about):
        data["description"] = listed(filter(None, about))
    if enterprise.address:
        data["address"] = {
            "@type": "PostalAddress", "streetAddress": enterprise.address, "addressCountry": "CN",
        }  # fmt: skip
    if enterprise.website:
        data["sameAs"] = enterprise.website
    if enterprise.has_contact:
        data["contactPoint"] = _contact(enterprise)
    return data


def _contact(enterprise: Enterprise) -> dict[str, str]:
    point = {"@type": "ContactPoint", "name": enterprise.contact_name}
    if enterprise.contact_phone:
        point["telephone"] = enterprise.contact_phone
    if enterprise.contact_email:
        point["email"] = enterprise.contact_email
    return {key: value for key, value in point.items() if value}
