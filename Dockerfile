# Saarbot in a container: built in one stage, run in another that has no compiler, no pip cache and
# no root. BASE is any image with Python >= 3.11 and its venv module; nothing here names a registry.
#
#   docker build --tag saarbot .
#   docker run --rm --interactive --tty --volume saarbot-data:/data --volume ./config:/config saarbot init
#   docker run --read-only --tmpfs /tmp --volume saarbot-data:/data \
#       --volume ./config:/config:ro --publish 127.0.0.1:8080:8080 saarbot
#
# ./config must be writable for user 10001 while `init` asks: answer /data for the folder, 0.0.0.0:8080
# for the address. With a web server in front, http.proxies names it: docs/connect-webchat.md.

ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# What runs, each file by its hash; this layer stays until the lock changes.
COPY requirements.lock requirements-build.lock ./
RUN python3 -m venv /opt/saarbot \
 && /opt/saarbot/bin/pip install --quiet --no-deps --require-hashes --requirement requirements.lock \
 && python3 -m venv /opt/build \
 && /opt/build/bin/pip install --quiet --no-deps --require-hashes --requirement requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY config config
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-index --no-build-isolation --wheel-dir /dist . \
 && /opt/saarbot/bin/pip install --quiet --no-deps --no-index /dist/*.whl \
 && /opt/saarbot/bin/python -m compileall -q /opt/saarbot/lib \
 && /opt/saarbot/bin/pip uninstall --quiet --yes pip setuptools \
 && /opt/saarbot/bin/saarbot --version

FROM ${BASE}
RUN mkdir --mode=0700 /data && chown 10001:10001 /data
COPY --from=build /opt/saarbot /opt/saarbot
ENV PATH=/opt/saarbot/bin:/usr/local/bin:/usr/bin:/bin \
    SAARBOT_CONFIG=/config/saarbot.yaml \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["saarbot"]
CMD ["run"]
