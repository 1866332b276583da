"""The command line: what it takes (`options`), what it does (`main`), and serving the page."""
