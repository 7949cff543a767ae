resource "aws_eks_cluster" "main" { # ! aws-eks-secrets-encryption
  name     = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"

  vpc_config {
    subnet_ids             = ["subnet-0a1b2c3d4e5f67890"]
    endpoint_public_access = false
  }
}
