resource "google_compute_project_metadata" "main" {
  metadata = { # ! google-project-os-login
    owner = "platform"
  }
}
