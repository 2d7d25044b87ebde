"""Sends one newsletter to each frozen recipient."""
