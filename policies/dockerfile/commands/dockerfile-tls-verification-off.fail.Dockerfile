FROM docker.io/library/debian:12.8-slim@sha256:7f3c1a9e5b2d4086c1e3f5a7092b4d6e8f0a1c3e5d7b9f2a4c6e8091b3d5f7a9
RUN curl -fsSLko /opt/tool https://example.com/1.4.2/tool # ! dockerfile-tls-verification-off
RUN wget --no-check-certificate https://example.com/1.4.2/tool # ! dockerfile-tls-verification-off
USER 10001
ENTRYPOINT ["/srv/app/start"]
