variable "member" {
  type = string
}

resource "google_pubsub_topic_iam_member" "app" {
  topic  = "orders"
  role   = "roles/pubsub.subscriber"
  member = var.member
}
