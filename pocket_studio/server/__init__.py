"""The page: protocol, model worker, service, component, layout and the listening test."""
