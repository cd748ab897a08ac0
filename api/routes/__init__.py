"""One file per resource, with its models beside its routes."""
