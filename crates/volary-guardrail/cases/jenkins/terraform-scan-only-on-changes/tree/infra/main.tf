module "bucket" {
  source = "./modules/bucket"
  name   = "otterbox-exports"
}
