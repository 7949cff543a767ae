resource "google_project" "main" { # ! google-project-audit-config
  name                = "shop"
  project_id          = "shop"
  folder_id           = "folders/1234"
  auto_create_network = false
}

resource "google_project_iam_audit_config" "main" {
  project = google_project.main.project_id
  service = "storage.googleapis.com"

  audit_log_config {
    log_type = "ADMIN_READ"
  }

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
