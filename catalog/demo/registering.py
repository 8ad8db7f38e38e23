"""Announce the catalogue's part of the demonstration district; called by CatalogConfig.ready."""

from artmarket.core import demo


def announce() -> None:
    """People, their identities and works, with a quick answer whether they are there."""
    from catalog.demo.district import load_people, people_are_loaded
    from catalog.demo.identities import identities_are_loaded, load_identities
    from catalog.demo.works import load_works, works_are_loaded

    demo.register("people", 10, load_people, is_loaded=people_are_loaded)
    demo.register("identities", 15, load_identities, is_loaded=identities_are_loaded)
    demo.register("works", 20, load_works, is_loaded=works_are_loaded)
