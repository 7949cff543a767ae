resource "google_cloudfunctions_function" "app" {
  name                         = "app"
  runtime                      = "nodejs20"
  trigger_http                 = true
  https_trigger_security_level = "SECURE_ALWAYS"
  ingress_settings             = "ALLOW_INTERNAL_AND_GCLB"
  service_account_email        = "app@shop.iam.gserviceaccount.com"
}
