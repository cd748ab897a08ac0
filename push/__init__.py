"""Firebase: everything that reaches a company's own mobile app."""
