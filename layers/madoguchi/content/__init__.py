"""Text that staff write."""
