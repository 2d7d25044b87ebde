"""Members who come in and go out as files."""
