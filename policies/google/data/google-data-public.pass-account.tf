resource "google_pubsub_topic_iam_member" "app" {
  topic  = "orders"
  role   = "roles/pubsub.subscriber"
  member = google_service_account.app.member
}

resource "google_service_account" "app" {
  account_id = "app"
}
