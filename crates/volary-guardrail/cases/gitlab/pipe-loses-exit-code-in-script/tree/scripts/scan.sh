#!/usr/bin/env bash
set -e

docker run --rm -v /var/run/docker.sock:/var/run/docker.sock \
  anchore/grype:v0.85.0 "$1" --fail-on high | tee scan.txt

echo "scan finished"
