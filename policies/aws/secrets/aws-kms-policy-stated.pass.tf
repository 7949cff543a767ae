resource "aws_kms_key" "orders" {
  description         = "Orders"
  enable_key_rotation = true
}

resource "aws_kms_key_policy" "orders" {
  key_id = aws_kms_key.orders.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/key-admin" }
      Action    = ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
      Resource  = "*"
    }]
  })
}
