#!/usr/bin/env bash
#
# Builds, checks and publishes the ingest image.
# Needs IMAGE and VERSION; works on laptops as well (docker login first).
set -euo pipefail
cd "$(dirname "$0")/.."

ref="${IMAGE:?}:${VERSION:?}"

echo "building ${ref}"
docker build --build-arg "VERSION=${VERSION}" -t "${ref}" ingest

echo "checking ${ref}"
trivy image --quiet --exit-code 1 --severity HIGH,CRITICAL --vuln-type os,library "${ref}"

docker push "${ref}"
echo "released ${ref}"
