"""Registration, sign-in and sessions of the people who use the programme."""
