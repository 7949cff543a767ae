resource "google_pubsub_topic_iam_binding" "app" {
  topic   = "orders"
  role    = "roles/pubsub.subscriber"
  members = ["group:team@example.com", "allUsers"] # ! google-data-public
}
