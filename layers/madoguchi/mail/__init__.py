"""Outbound mail: building, sending, and the mail that is still owed."""
