"""Freezes last month."""
