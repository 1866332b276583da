"""The page and its calls: lines, services, endpoints, the gate and the listening test."""
