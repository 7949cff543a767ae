# ! dockerfile-base-digest
FROM debian:12.8-slim
USER 10001
