resource "google_pubsub_topic" "orders" {
  name         = "orders"
  kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
}
