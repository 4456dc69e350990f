#!/bin/sh
# The three roles and the database, made once by a superuser; the owner of the tables is none. With
# the containers, PostgreSQL's image runs it; on a server of your own:
#
#   POSTGRES_USER=postgres POSTGRES_PASSWORD=… SITE_PASSWORD=… WORKER_PASSWORD=… sh roles.sh
#
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" <<'SQL'
\getenv owner POSTGRES_PASSWORD
\getenv site SITE_PASSWORD
\getenv worker WORKER_PASSWORD
CREATE ROLE beffroi LOGIN PASSWORD :'owner';
CREATE ROLE beffroi_site LOGIN PASSWORD :'site';
CREATE ROLE beffroi_worker LOGIN PASSWORD :'worker';
CREATE DATABASE beffroi OWNER beffroi;
REVOKE ALL ON DATABASE beffroi FROM PUBLIC;
GRANT CONNECT ON DATABASE beffroi TO beffroi_site, beffroi_worker;
SQL
