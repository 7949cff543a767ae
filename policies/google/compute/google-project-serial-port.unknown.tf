variable "serial" {
  type = string
}

resource "google_compute_project_metadata_item" "main" {
  key   = "serial-port-enable"
  value = var.serial
}
