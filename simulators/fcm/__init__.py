"""Firebase Cloud Messaging: app phones, tokens and the HTTP v1 API."""
