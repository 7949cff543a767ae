variable "private" {
  type = bool
}

resource "google_cloudbuild_worker_pool" "main" {
  name     = "main"
  location = "europe-west1"

  worker_config {
    machine_type   = "e2-standard-4"
    no_external_ip = var.private
  }
}
