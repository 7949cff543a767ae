resource "google_dataflow_job" "load" {
  name              = "load"
  template_gcs_path = "gs://shop-templates/load"
  temp_gcs_location = "gs://shop-temp/load"
  ip_configuration  = "WORKER_IP_PRIVATE"
  kms_key_name      = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
}
