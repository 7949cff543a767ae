module "network" {
  source = "git::http://example.com/network.git?ref=v1.4.2" # ! terraform-module-http
}
