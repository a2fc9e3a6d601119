"""Who is in which group, who was left out, and why."""
