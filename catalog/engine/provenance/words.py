"""The words English provenance is made of: abbreviations, kinship, particles of names.

Data of ours, gathered from how museums write. Nothing is parsed here.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES: Final = _words(
    """mr mrs ms mme mlle messrs dr drs prof rev revd hon sir capt col gen lt maj sgt adm gov sen
    rep pres fr bros st ste mt ft frhr hrh esq mons dott sig sra srta vve"""
)
"""Always followed by more of the name: their full stop never ends an event."""

SUFFIXES: Final = _words("""inc co ltd corp jr sr bro cie llc llp plc assoc assn dept""")
"""Stand at the end of a name, or in the middle of one."""

STATES: Final = _words(
    """pa mass conn calif cal
    ill ind mich minn wis ariz ark colo del fla ga kan kans ky la md me
    mo mont nev neb nebr okla ore oreg penn penna tenn tex va vt wash wyo ala miss ont que"""
)
"""End a place; a capital after them opens the next event."""

OTHERS: Final = _words(
    """ca c b d no nos vol vols p pp fig figs cat coll exh inv suppl fol nr approx ed acc repr ill
    attr ave blvd rd jan feb mar apr jun jul aug sept sep oct nov dec vs ste cf vd"""
)
"""Followed by a figure or more words."""

KIN: Final = _words(
    """son daughter child wife husband spouse widow widower partner brother sister sibling mother
    father parent grandson granddaughter grandchild grandfather grandmother grandparent uncle aunt
    nephew niece cousin relative heir descendant stepson stepdaughter stepmother stepfather
    great-grandson great-granddaughter great-nephew great-niece great-grandchild grandnephew
    grandniece son-in-law daughter-in-law mother-in-law father-in-law brother-in-law
    sister-in-law godson goddaughter half-brother half-sister"""
)
"""Kinds of kin that stand between "X's" and the name."""

PARTICLES: Final = _words(
    """of the and de la le les des du d' da das do dos del della dei di van von der den ter ten zu
    zum zur af av el al bin ibn y e et in for on at a an l' und für et dell' to am"""
)
"""Lower-case words that stand inside names."""

GENERIC: Final = _words(
    """unknown unidentified anonymous private collection collector collectors dealer dealers art
    artist artist's artists estate museum museums gallery galleries family descendants descendant
    heirs heir studio his her their its widow donor owner owners party another public sale
    source sources european american english french german italian auction house church trust
    institution
    present original children fund foundation bookstore bookseller antiques purchase market
    local son daughter wife husband sister brother mother father nephew niece parents sons
    daughters sitter sitter's donors donor's member
    relatives relative soldier person persons fire flood war"""
)
"""Lower-case words that describe a party whose name is not given."""

INSTITUTIONS: Final = _words(
    """society center centre institute institution foundation fund trust museum association
    committee company council school hospital home house academy agency office department bureau
    union league campaign friends gallery galleries library college university workshop service
    services exhibition organization organisation commission board endowment program programme
    alliance network"""
)
"""After these, without a comma, "for" is part of the name."""

SPEECH: Final = _words(
    """purchased acquired sold bought transferred donated gifted bequeathed loaned consigned given
    lent inherited provenance notes note updated lugt lot review under possibly probably see
    reportedly exhibited inscribed inscription
    formerly originally"""
)
"""A name never holds them: where one stands, something was not understood."""

OPENERS: Final = _words(
    """purchased bought acquired sold gift gifted donated bequest bequeathed transferred given his
    her their by commissioned consigned offered loaned lent returned restituted possibly probably
    private unknown unidentified anonymous collection estate on in with stolen looted confiscated
    partial"""
)
"""Open an event after a full stop, whatever stands before it, and though they are small."""

ACTS: Final = _words("gift bequest purchase")
"""Stand in a name only before "Fund" or "Endowment"."""

CITIES: Final = frozenset(
    name.replace("_", " ")
    for name in _words(
        """New_York London Paris Berlin Chicago Boston Rome Amsterdam Vienna Munich Cologne Zurich
        Zürich Geneva Lucerne Bern Basel Brussels Philadelphia Hong_Kong Beijing Shanghai Milan
        Florence Monaco Pittsburgh Los_Angeles San_Francisco Washington Tokyo Kyoto New_York_City
        NYC"""
    )
)
"""Certainly places and no persons or houses: "sale, Paris", "London, and New York, NY"."""

TOPICS: Final = _words(
    """art arts crafts studies research photography design education science sciences history
    culture music preservation conservation humanities children advancement"""
)
"""What an institution may be "for"."""

SCOPES: Final = _words(
    """the for from through at by to american national international royal british french german
    chinese japanese european canadian state city municipal central public community new"""
)
"""Before an institution's noun: it is then no proper name of its own."""

TOWN_WORDS: Final = _words(
    """new san santa los las saint st. ste. fort mount el la le west east north south upper lower
    palm long port lake old great little"""
)
"""Begin the names of towns rather than of persons."""

NO_NAME: Final = _words(
    """from in at on with for by to via found made came belonged received recieved returned
    according per also sale transfered accessioned deaccessioned exhibited
    collected published this these it he she they was is"""
)
"""Do not begin a name."""
