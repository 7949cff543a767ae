resource "google_folder_iam_binding" "app" {
  folder  = "folders/1234"
  role    = "roles/editor" # ! google-organization-basic-role
  members = ["group:developers@example.com"]
}
