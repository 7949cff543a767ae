# ! dockerfile-untagged-base
FROM debian
USER 10001
