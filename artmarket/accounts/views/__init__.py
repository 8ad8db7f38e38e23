"""Pages of people and organisations. Every address that takes a POST also answers a GET, so that
a session that ended meanwhile leads to sign-in and back to the page."""
