resource "google_storage_bucket_iam_policy" "app" {
  bucket      = "shop-files"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["allUsers"] # ! google-storage-public
  }
}
