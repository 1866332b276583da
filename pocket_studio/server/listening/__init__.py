"""The listening test of section 4.1: what is asked, at which level, what was answered."""
