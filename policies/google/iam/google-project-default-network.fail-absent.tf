resource "google_project" "main" { # ! google-project-default-network
  name       = "shop"
  project_id = "shop"
  folder_id  = "folders/1234"
}
