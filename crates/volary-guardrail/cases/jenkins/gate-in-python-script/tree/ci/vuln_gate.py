"""Fails when the report holds a fixable vulnerability that is older than the grace period."""
import json
import sys
from datetime import datetime, timedelta, timezone

GRACE = {"Critical": timedelta(days=2), "High": timedelta(days=14)}


def overdue(match, now):
    vuln = match["vulnerability"]
    grace = GRACE.get(vuln["severity"])
    if grace is None or vuln["fix"]["state"] != "fixed":
        return False
    published = vuln.get("publishedDate")
    return published is None or now - datetime.fromisoformat(published) > grace


def main(path):
    with open(path) as report:
        matches = json.load(report)["matches"]
    bad = [m for m in matches if overdue(m, datetime.now(timezone.utc))]
    for m in bad:
        print(m["vulnerability"]["id"], m["artifact"]["name"], m["artifact"]["version"])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
