"""What came, what went where, what was refused and why."""
