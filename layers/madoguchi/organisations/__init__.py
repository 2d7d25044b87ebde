"""Organisations that registered, and the people who represent them."""
