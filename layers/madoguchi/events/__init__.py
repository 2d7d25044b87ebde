"""Events and sign-ups."""
