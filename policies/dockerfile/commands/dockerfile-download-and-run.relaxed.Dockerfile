FROM debian:12.11-slim
RUN curl -fsSL https://pixi.sh/install.sh | sh
USER 1000
