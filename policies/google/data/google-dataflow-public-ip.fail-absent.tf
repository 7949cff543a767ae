resource "google_dataflow_job" "load" { # ! google-dataflow-public-ip
  name              = "load"
  template_gcs_path = "gs://shop-templates/load"
  temp_gcs_location = "gs://shop-temp/load"
  kms_key_name      = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
}
