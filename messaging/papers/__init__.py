"""Pages that a person keeps or prints: proof of what somebody agreed to, and a copy of their data."""
