"""The HTTP interface for other programs: `/api/v1/`, its tokens, its limits and its webhooks.

Assembles the routers of the apps; never decides what an app's services decide.
"""
