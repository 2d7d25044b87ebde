"""Frozen months: figures, workbooks and their hashes."""
