FROM docker.io/library/debian:12.8-slim@sha256:7f3c1a9e5b2d4086c1e3f5a7092b4d6e8f0a1c3e5d7b9f2a4c6e8091b3d5f7a9
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl=7.88.1-10+deb12u8 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv
COPY app /srv/app
USER 10001
HEALTHCHECK CMD ["curl", "--fail", "http://localhost:8080/health"]
ENTRYPOINT ["/srv/app/start"]
