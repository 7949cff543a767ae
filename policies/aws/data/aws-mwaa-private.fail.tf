resource "aws_mwaa_environment" "main" {
  name                  = "main"
  dag_s3_path           = "dags/"
  webserver_access_mode = "PUBLIC_ONLY" # ! aws-mwaa-private
}
