resource "google_project" "main" {
  name                = "shop"
  project_id          = "shop"
  folder_id           = "folders/1234"
  auto_create_network = false
}
