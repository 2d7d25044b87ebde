"""Issues, frozen recipients and deliveries."""
