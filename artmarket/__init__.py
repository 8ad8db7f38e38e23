"""The platform's own package: settings, the lowest floors and what joins the apps."""
