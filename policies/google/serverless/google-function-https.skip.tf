resource "google_cloudfunctions_function" "app" {
  name                  = "app"
  runtime               = "nodejs20"
  ingress_settings      = "ALLOW_INTERNAL_AND_GCLB"
  service_account_email = "app@shop.iam.gserviceaccount.com"

  event_trigger {
    event_type = "google.pubsub.topic.publish"
    resource   = "orders"
  }
}
