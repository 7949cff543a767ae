resource "google_compute_project_metadata_item" "main" {
  key   = "enable-oslogin"
  value = "TRUE"
}
