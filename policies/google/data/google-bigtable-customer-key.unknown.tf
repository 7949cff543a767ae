variable "key" {
  type = string
}

resource "google_bigtable_instance" "main" {
  name                = "events"
  deletion_protection = true

  cluster {
    cluster_id   = "main"
    zone         = "europe-west1-b"
    kms_key_name = var.key
  }
}
