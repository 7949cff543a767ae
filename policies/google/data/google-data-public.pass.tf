resource "google_pubsub_topic_iam_binding" "app" {
  topic   = "orders"
  role    = "roles/pubsub.subscriber"
  members = ["group:team@example.com"]
}

resource "google_pubsub_topic_iam_member" "reader" {
  topic  = "orders"
  role   = "roles/pubsub.subscriber"
  member = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
