import azure.functions as func

app = func.FunctionApp()


@app.route(route="rates/{currency}")
def rates(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=204)
