"""Finds what a crash left behind."""
