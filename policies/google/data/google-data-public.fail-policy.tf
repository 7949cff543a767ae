resource "google_pubsub_topic_iam_policy" "app" {
  topic       = "orders"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/pubsub.subscriber"
    members = ["allUsers"] # ! google-data-public
  }
}
