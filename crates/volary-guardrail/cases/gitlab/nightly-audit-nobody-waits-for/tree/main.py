def main(event):
    return event["name"]
