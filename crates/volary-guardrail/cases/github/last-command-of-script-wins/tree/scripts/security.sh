#!/bin/bash
# Runs all source checks. Needs go on the PATH.

export PATH="$PATH:$(go env GOPATH)/bin"

go install golang.org/x/vuln/cmd/govulncheck@v1.1.3

echo "== known vulnerabilities"
govulncheck ./...

echo "== done"
exit 0
