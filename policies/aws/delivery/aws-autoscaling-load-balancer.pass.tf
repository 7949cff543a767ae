resource "aws_autoscaling_attachment" "shop" {
  autoscaling_group_name = "shop"
  lb_target_group_arn    = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0a1b2c3d4e5f6789"
}
