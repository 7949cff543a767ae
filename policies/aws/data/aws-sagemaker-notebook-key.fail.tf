resource "aws_sagemaker_notebook_instance" "lab" { # ! aws-sagemaker-notebook-key
  name                   = "lab"
  role_arn               = "arn:aws:iam::111122223333:role/lab"
  instance_type          = "ml.t3.medium"
  subnet_id              = "subnet-0a1b2c3d4e5f67890"
  direct_internet_access = "Disabled"
  root_access            = "Disabled"
}
