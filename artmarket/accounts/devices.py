"""A browser in words, and a network address cut short, for pages and mail. Pure.

Words are guessed from what the browser says of itself, which is only a hint for its owner.
"""

import ipaddress

from django.utils.translation import gettext as _

# The first that is found names the thing: most browsers also claim to be an older one.
_BROWSERS = (
    ("MicroMessenger/", "微信"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Browser and system in the reader's language: Windows上的Edge."""
    browser = _found(_BROWSERS, user_agent)
    system = _found(_SYSTEMS, user_agent)
    if browser == "微信":
        browser = _("微信")
    if browser and system:
        return _("%(system)s上的%(browser)s") % {"browser": browser, "system": system}
    return browser or system or _("不认识的浏览器")


def short_address(address: str) -> str:
    """The address without its last part: 203.0.113.*; an IPv6 address keeps its first 48 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed).rpartition(".")[0] + ".*"
    return ":".join(parsed.exploded.split(":")[:3]) + ":*"


def _found(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
