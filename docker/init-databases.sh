#!/bin/sh
# Run once by the image of PostgreSQL on an empty volume: one owner and one database for us, one for the engine.
# The processes sign in as davtalab_server, which owns nothing and has no right but that to take on one of two roles.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" <<'SQL'
\getenv owner DAVTALAB_DB_PASSWORD
\getenv server DAVTALAB_SERVER_DB_PASSWORD
\getenv temporal TEMPORAL_DB_PASSWORD
create role davtalab login password :'owner';
create database davtalab owner davtalab;
create role davtalab_app nologin;
create role davtalab_panel nologin;
grant davtalab_app, davtalab_panel to davtalab with admin option;
create role davtalab_server login noinherit password :'server';
grant davtalab_app, davtalab_panel to davtalab_server;
create role temporal login createdb password :'temporal';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
