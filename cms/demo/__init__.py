"""The demonstration in public: home pages, enterprises, places, events and the words about them."""

from artmarket.core import demo


def announce() -> None:
    """Once, when the apps are ready: what a first start fills, in its order."""
    from . import district, enterprises, home

    demo.register("cms", 50, home.load, is_loaded=home.is_loaded)
    demo.register("enterprises", 52, enterprises.load, is_loaded=enterprises.is_loaded)
    demo.register("district", 53, district.load, is_loaded=district.is_loaded)
