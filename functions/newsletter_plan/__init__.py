"""Freezes the recipients of issues that are due."""
