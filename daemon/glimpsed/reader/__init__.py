"""Everything that touches a stranger's bytes, in a child process of its own.

The daemon's end is `process` (and `settings`), which import nothing heavy. All other modules here are the
child's: `safe_open` and `decode` turn a path into pixels, `ocr` turns pixels into text, `spool` keeps clean
copies, `child` answers requests with them.
"""
