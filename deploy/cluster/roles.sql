-- Once, as postgres on the primary: psql -h 127.0.0.1 -p 5000 -U postgres -f roles.sql
-- The owner runs `beffroi migrate`, which grants the two others what they need.
CREATE ROLE beffroi LOGIN PASSWORD 'change-me-owner';
CREATE ROLE beffroi_site LOGIN PASSWORD 'change-me-site';
CREATE ROLE beffroi_worker LOGIN PASSWORD 'change-me-worker';
CREATE DATABASE beffroi OWNER beffroi;
REVOKE ALL ON DATABASE beffroi FROM PUBLIC;
GRANT CONNECT ON DATABASE beffroi TO beffroi_site, beffroi_worker;
