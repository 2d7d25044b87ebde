"""Areas, opening calendar, availability, bookings and reception."""
