resource "google_dataflow_job" "load" { # ! google-dataflow-customer-key
  name              = "load"
  template_gcs_path = "gs://shop-templates/load"
  temp_gcs_location = "gs://shop-temp/load"
  ip_configuration  = "WORKER_IP_PRIVATE"
}
