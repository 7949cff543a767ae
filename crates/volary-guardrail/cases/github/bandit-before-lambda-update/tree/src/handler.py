import json
import os


def handler(event, _context):
    return {"statusCode": 200, "body": json.dumps({"stage": os.environ["STAGE"]})}
