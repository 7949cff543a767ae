#!/bin/sh
set -e

pip install --quiet -r requirements-dev.txt
ruff check src
pytest -q tests

# Known vulnerabilities in what we ship
curl -sSfL -o /usr/local/bin/osv-scanner \
  https://github.com/google/osv-scanner/releases/download/v1.9.1/osv-scanner_linux_amd64
chmod +x /usr/local/bin/osv-scanner
osv-scanner --recursive .
