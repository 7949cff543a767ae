def handler(event, context):
    return {"accepted": len(event.get("records", []))}
