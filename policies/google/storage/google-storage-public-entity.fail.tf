resource "google_storage_bucket_access_control" "files" {
  bucket = "shop-files"
  role   = "READER"
  entity = "allUsers" # ! google-storage-public-entity
}
