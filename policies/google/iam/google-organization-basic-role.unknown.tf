variable "role" {
  type = string
}

resource "google_folder_iam_member" "app" {
  folder = "folders/1234"
  role   = var.role
  member = "group:developers@example.com"
}
