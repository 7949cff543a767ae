#!/usr/bin/env bash
# Fails when the image has critical vulnerabilities that can be fixed.
set -euo pipefail

image="$1"
report="trivy-report.json"

docker run --rm \
  -v /var/run/docker.sock:/var/run/docker.sock \
  -v "$PWD:/out" \
  aquasec/trivy:0.57.1 image --ignore-unfixed --format json --output "/out/$report" "$image"

critical=$(jq '[.Results[]?.Vulnerabilities[]? | select(.Severity == "CRITICAL")] | length' "$report")

if [ "$critical" -gt 0 ]; then
  jq -r '.Results[]?.Vulnerabilities[]? | select(.Severity == "CRITICAL") | "\(.VulnerabilityID) \(.PkgName) \(.InstalledVersion)"' "$report"
  echo "$critical critical vulnerabilities in $image"
  exit 1
fi

echo "no critical vulnerabilities in $image"
