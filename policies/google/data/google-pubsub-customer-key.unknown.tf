variable "key" {
  type = string
}

resource "google_pubsub_topic" "orders" {
  name         = "orders"
  kms_key_name = var.key
}
