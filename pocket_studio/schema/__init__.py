"""What files, links and requests hold: one schema for the page, the endpoints and the files.

`words` is its ground (records, and one line for what does not fit), `values` the types of single
fields, `groove_json` a groove, `parts` takes, edits and locked rows, `asked` what the model is
asked, `project` (with `choices`) all that undo covers, `requests` what may be asked of the server
and `answers` what comes back. `project_json` is the project file, `link` its short text for a URL
(`old_links` reads those of former versions), `versions` says what these had before.
"""
