variable "os_login" {
  type = string
}

resource "google_compute_project_metadata" "main" {
  metadata = {
    enable-oslogin = var.os_login
  }
}
