resource "google_compute_project_metadata" "main" {
  metadata = {
    enable-oslogin = false # ! google-project-os-login
  }
}
