resource "google_storage_default_object_access_control" "files" {
  bucket = "shop-files"
  role   = "READER"
  entity = "allAuthenticatedUsers" # ! google-storage-public-entity
}
