resource "google_cloudfunctions_function" "app" { # ! google-function-ingress
  name                         = "app"
  runtime                      = "nodejs20"
  trigger_http                 = true
  https_trigger_security_level = "SECURE_ALWAYS"
  service_account_email        = "app@shop.iam.gserviceaccount.com"
}
