"""Madoguchi: the online counter of a municipal programme; one folder per capability."""
