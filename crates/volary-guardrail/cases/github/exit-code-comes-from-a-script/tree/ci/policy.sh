#!/usr/bin/env bash
# Asks the policy service how strict this repository is at the moment.
set -euo pipefail

curl -sf -H "Authorization: Bearer ${POLICY_TOKEN}" \
  "https://policy.linnet.internal/v1/repositories/${GITHUB_REPOSITORY}/level" \
  | jq -r '"exit-code=\(.exitCode)"' >> "$GITHUB_OUTPUT"
