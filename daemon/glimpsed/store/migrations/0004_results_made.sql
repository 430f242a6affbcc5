-- How many results each rung made since a time counts every result, not only those that are still current.
DROP INDEX result_made;
CREATE INDEX result_made        ON result (created_ms, rung);
