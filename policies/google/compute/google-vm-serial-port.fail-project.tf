resource "google_compute_project_metadata" "main" {
  metadata = {
    serial-port-enable = "TRUE" # ! google-vm-serial-port
  }
}
