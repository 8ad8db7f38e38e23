"""What the apps' routers share: scopes, cursors, strict input, preconditions.

Never knows an app. `artmarket.api` assembles the routers and puts tokens, limits, idempotency and
errors around them; a router only parses, calls a service or selector, and answers.
"""
