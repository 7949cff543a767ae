variable "webserver_access_mode" {}

resource "aws_mwaa_environment" "main" {
  name                  = "main"
  dag_s3_path           = "dags/"
  webserver_access_mode = var.webserver_access_mode
}
