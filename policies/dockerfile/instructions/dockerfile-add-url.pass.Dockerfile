FROM docker.io/library/debian:12.8-slim@sha256:7f3c1a9e5b2d4086c1e3f5a7092b4d6e8f0a1c3e5d7b9f2a4c6e8091b3d5f7a9
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool.tar.gz /opt/
USER 10001
