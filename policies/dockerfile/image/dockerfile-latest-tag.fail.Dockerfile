# ! dockerfile-latest-tag
FROM debian:latest
USER 10001
