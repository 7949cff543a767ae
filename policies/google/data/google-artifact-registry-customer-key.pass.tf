resource "google_artifact_registry_repository" "app" {
  repository_id = "app"
  location      = "europe-west1"
  format        = "DOCKER"
  kms_key_name  = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
}
