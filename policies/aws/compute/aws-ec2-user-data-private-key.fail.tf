resource "aws_instance" "shop" {
  ami                         = "ami-0a1b2c3d4e5f67890"
  instance_type               = "t3.medium"
  subnet_id                   = "subnet-0a1b2c3d4e5f67890"
  vpc_security_group_ids      = ["sg-0a1b2c3d4e5f67890"]
  associate_public_ip_address = false
  ebs_optimized               = true
  monitoring                  = true
  iam_instance_profile        = "shop"
  user_data_base64            = "IyEvYmluL3NoCi0tLS0tQkVHSU4gUlNBIFBSSVZBVEUgS0VZLS0tLS0LS0tLS1CRUdJTiBS" # ! aws-ec2-user-data-private-key

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  root_block_device {
    encrypted = true
  }
}
