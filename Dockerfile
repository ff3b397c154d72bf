# Debian, not Alpine: the condition language (CEL) ships for glibc only.
FROM python:3.12-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /app
# Dependencies first: this layer changes with the lock file only.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md ./
COPY bot bot
COPY handlers handlers
COPY rules rules
COPY migrations migrations
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim
# `andon backup` and `andon restore` call pg_dump and pg_restore; they must be as new as the server.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --create-home andon
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ANDON_HOST=0.0.0.0 \
    ANDON_PORT=8321
USER andon
# Without ANDON_DATABASE_URL the SQLite file is made here.
WORKDIR /data
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as http; http.urlopen(f'http://127.0.0.1:{os.environ[\"ANDON_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["andon"]
CMD ["run"]
