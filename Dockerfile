# The image of web, worker, beat and preparation: they differ by their command (compose.yaml).
#
# Pin the base to the digest that you have examined:
#   docker build --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:… \
#                --build-arg MARKET_COMMIT=$(git rev-parse HEAD) -t market .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /market
COPY requirements/installer.txt requirements/production.txt requirements/
RUN python -m venv /opt/market && \
    /opt/market/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/installer.txt && \
    /opt/market/bin/uv pip install --quiet --no-cache --python /opt/market/bin/python --compile-bytecode --require-hashes -r requirements/production.txt
COPY . .
RUN /opt/market/bin/uv pip install --quiet --no-cache --python /opt/market/bin/python --no-deps --no-build-isolation --editable . && \
    /opt/market/bin/python -m marketplace.core.web.translations marketplace/translations && \
    /opt/market/bin/python -m compileall -q app.py marketplace search tasks migrations && \
    /opt/market/bin/uv pip uninstall --quiet --python /opt/market/bin/python uv pip setuptools

FROM ${PYTHON_IMAGE}
# The client programs that `market backup` and `market restore` need beside PostgreSQL; their
# version is that of the server in compose.yaml.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install --yes --no-install-recommends postgresql-client-15 && \
    rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin market && \
    install --directory --owner market --group market --mode 0750 /data /backups
COPY --from=build /opt/market /opt/market
COPY --from=build /market /market
ARG MARKET_COMMIT=""
ENV PATH=/opt/market/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MARKET_MODE=production \
    MARKET_COMMIT=${MARKET_COMMIT} \
    MARKET_WEB_THREADS=4 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data \
    PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
WORKDIR /market
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["sh", "-c", "exec granian --interface wsgi --host \"$HOST\" --port \"$PORT\" --no-ws --respawn-failed-workers --workers-kill-timeout 20 --log-level warning --log-config marketplace/core/data/granian_logging.json app:app"]
