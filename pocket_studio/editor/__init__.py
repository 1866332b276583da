"""The page: protocol, model worker, service, one custom component and its layout."""
