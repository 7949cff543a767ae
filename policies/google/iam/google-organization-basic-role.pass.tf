resource "google_folder_iam_binding" "app" {
  folder  = "folders/1234"
  role    = "roles/logging.viewer"
  members = ["group:audit@example.com"]
}
