"""When: what is due, at which moment, and how fast it leaves."""
