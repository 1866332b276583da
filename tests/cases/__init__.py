"""What stands in Python and in the page's JavaScript: cases that tests of both languages read."""
