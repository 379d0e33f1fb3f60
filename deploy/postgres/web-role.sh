#!/bin/sh
# Web nodes find the silos by these three tables and see nothing of anybody. The silos make the tables; what they make for this role to read is granted here, beforehand.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -v password="$POSTGRES_WEB_PASSWORD" <<'SQL'
create role backsoon_web login password :'password' connection limit 40;
revoke all on schema public from backsoon_web;
grant usage on schema public to backsoon_web;
SQL
