FROM docker.io/library/debian:12.8-slim@sha256:7f3c1a9e5b2d4086c1e3f5a7092b4d6e8f0a1c3e5d7b9f2a4c6e8091b3d5f7a9
RUN curl -fsSLo install.sh https://example.com/1.4.2/install.sh \
    && echo "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  install.sh" | sha256sum -c \
    && sh install.sh
USER 10001
ENTRYPOINT ["/srv/app/start"]
