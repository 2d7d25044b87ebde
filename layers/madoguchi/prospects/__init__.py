"""Prospects: people and organisations that staff heard of, before they register."""
