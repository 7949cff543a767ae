variable "entity" {
  type = string
}

resource "google_storage_bucket_access_control" "files" {
  bucket = "shop-files"
  role   = "READER"
  entity = var.entity
}
