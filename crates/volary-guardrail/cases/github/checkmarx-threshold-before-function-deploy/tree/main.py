import functions_framework


@functions_framework.http
def intake(request):
    return "ok"
