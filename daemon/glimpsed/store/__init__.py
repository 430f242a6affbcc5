"""What glimpsed remembers: one SQLite file, one writer, one reader.

The daemon opens a `db.Database` once. Everything else here is functions, a module for each kind of record,
that take the `Writer` of a write or the connection of a read:

    row = await database.read(lambda cx: shots.shot(cx, shot_id))
    done = await database.write(lambda w: jobs.start(w, job_id, model))

Writer and readers are threads of their own. So decoders of structs are made at import: msgspec 0.22 makes its
plan of a struct where it first meets it, and shows it before it is whole; two that meet one at once crash.
"""
