#!/bin/sh
# One-shot: creates and updates both schemas of the engine. Can be repeated.
set -eu
tool() {
  temporal-sql-tool --plugin postgres12_pgx --ep "$POSTGRES_SEEDS" -p "$DB_PORT" \
    -u "$POSTGRES_USER" --pw "$POSTGRES_PWD" --db "$1" "$2" ${3:+"$3"} ${4:+"$4"} ${5:+"$5"} ${6:+"$6"}
}
for pair in "temporal temporal" "temporal_visibility visibility"; do
  database=${pair% *}
  schema=${pair#* }
  tool "$database" create || true
  tool "$database" setup-schema -v 0.0 || true
  tool "$database" update-schema --schema-name "postgresql/v12/$schema"
done
