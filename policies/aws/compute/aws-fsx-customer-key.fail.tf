resource "aws_fsx_windows_file_system" "files" { # ! aws-fsx-customer-key
  storage_capacity    = 300
  subnet_ids          = ["subnet-0a1b2c3d4e5f67890"]
  throughput_capacity = 32
}
