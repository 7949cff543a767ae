#!/usr/bin/env bash
# usage: ci/scan-image.sh IMAGE
set -euo pipefail

image="${1:?image reference missing}"
mkdir -p reports

grype "$image" \
  --fail-on critical \
  --output table \
  --file reports/grype.txt

echo "no critical vulnerabilities in ${image}"
