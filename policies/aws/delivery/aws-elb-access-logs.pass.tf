resource "aws_elb" "shop" {
  name               = "shop"
  availability_zones = ["eu-west-1a", "eu-west-1b"]

  listener {
    lb_port            = 443
    lb_protocol        = "https"
    instance_port      = 8443
    instance_protocol  = "https"
    ssl_certificate_id = "arn:aws:iam::111122223333:server-certificate/shop"
  }

  access_logs {
    bucket  = "acme-lb-logs"
    enabled = true
  }
}
