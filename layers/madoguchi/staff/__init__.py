"""Staff accounts, sign-in with TOTP, and sessions."""
