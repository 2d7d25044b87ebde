"""Lists of members taken over from files, and data of members taken out with approval."""
