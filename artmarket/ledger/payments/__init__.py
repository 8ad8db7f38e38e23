"""Payments: what pages, duties and the audit need beside the services and gateways."""
