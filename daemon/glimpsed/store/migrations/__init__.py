"""Steps from one version of the schema to the next.

Rules of this folder: `NNNN_<what>.sql` brings a database of version NNNN - 1 to NNNN. Numbers have no gap and
begin at 0002; version 1 is the first schema.sql. A step that was released is never edited, schema.sql always
shows the newest version, and a test holds a migrated database equal to a new one.
"""
