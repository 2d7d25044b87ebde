"""What both Chalice apps share: routing, access, pages, refusals, security headers."""
