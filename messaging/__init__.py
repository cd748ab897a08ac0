"""The heart: what is known about customers, and what is promised them."""
