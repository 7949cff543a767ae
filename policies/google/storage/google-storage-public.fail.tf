resource "google_storage_bucket_iam_binding" "app" {
  bucket  = "shop-files"
  role    = "roles/storage.objectViewer"
  members = ["group:team@example.com", "allUsers"] # ! google-storage-public
}
