module "events" {
  source = "git::https://git.example.com/events.git"
  bucket = aws_s3_bucket.orders.id
}

resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
}
