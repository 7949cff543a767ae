resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/editor" # ! google-project-basic-role
  member  = "group:developers@example.com"
}
