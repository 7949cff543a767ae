resource "google_service_account_key" "app" { # ! google-service-account-key
  service_account_id = "app@shop.iam.gserviceaccount.com"
}
