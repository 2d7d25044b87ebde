"""The programme definition: a contract as data."""
