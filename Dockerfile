# The site and the worker. The database is another image's: see docker-compose.yml.
# Both stages begin from one exact version; its digest, unknown where this was written, is for
# whoever builds to add. Every package is held to its hash. Where no registry can be reached, BASE is
# an image made from Debian's packages (deploy/README.md); its pip must be told that it may install.
ARG BASE=python:3.12.12-slim-trixie
FROM ${BASE} AS base
ENV PIP_BREAK_SYSTEM_PACKAGES=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

FROM base AS build
COPY requirements.lock .
RUN pip install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY voting voting
COPY deliberation deliberation
COPY api api
COPY web web
RUN python -m deliberation.i18n.compiled \
    && pip wheel --no-deps --no-build-isolation --wheel-dir /wheel .

FROM base AS serve
COPY requirements-serve.lock .
RUN pip install --require-hashes --no-deps -r requirements-serve.lock
COPY --from=build /wheel /wheel
# The data folder is a volume's, shared by the site and the worker.
RUN pip install --no-deps --no-index /wheel/*.whl \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin beffroi \
    && install --directory --owner beffroi --mode 700 /var/lib/beffroi

USER beffroi
EXPOSE 8000
CMD ["beffroi", "serve"]

# The same with PostgreSQL's own programs, of the version that is tested here, for backups.
FROM serve AS tools
USER root
COPY requirements.lock .
RUN pip install --require-hashes --no-deps -r requirements.lock
USER beffroi

# What is built when nothing is asked for.
FROM serve
