"""Who did what to whose data, and why."""
