resource "google_compute_project_metadata_item" "main" {
  key   = "serial-port-enable"
  value = "TRUE" # ! google-project-serial-port
}
