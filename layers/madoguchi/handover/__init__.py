"""What happens to data in the end: kept for a while, erased, handed on."""
