resource "google_pubsub_topic_iam_member" "app" {
  topic  = "orders"
  role   = "roles/pubsub.subscriber"
  member = "allAuthenticatedUsers" # ! google-data-public
}
