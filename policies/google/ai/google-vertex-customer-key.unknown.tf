variable "keys" {
  type = list(string)
}

resource "google_vertex_ai_endpoint" "main" {
  name         = "ranking"
  display_name = "ranking"
  location     = "europe-west1"
  network      = "projects/1234567890/global/networks/vpc-main"

  dynamic "encryption_spec" {
    for_each = var.keys

    content {
      kms_key_name = encryption_spec.value
    }
  }
}
