resource "google_cloudfunctions_function" "app" { # ! google-function-https
  name                  = "app"
  runtime               = "nodejs20"
  trigger_http          = true
  ingress_settings      = "ALLOW_INTERNAL_AND_GCLB"
  service_account_email = "app@shop.iam.gserviceaccount.com"
}
