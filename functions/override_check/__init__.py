"""Checks what staff would change of the definition, with the definition's own schema."""
