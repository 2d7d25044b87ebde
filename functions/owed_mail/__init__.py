"""Sends the mail that a change owes."""
