resource "google_pubsub_topic" "orders" { # ! google-pubsub-customer-key
  name = "orders"
}
