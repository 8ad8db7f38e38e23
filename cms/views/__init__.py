"""Pages beside those that Wagtail serves."""
