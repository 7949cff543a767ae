variable "kms_key_id" {}

resource "aws_fsx_windows_file_system" "files" {
  storage_capacity    = 300
  subnet_ids          = ["subnet-0a1b2c3d4e5f67890"]
  throughput_capacity = 32
  kms_key_id          = var.kms_key_id
}
