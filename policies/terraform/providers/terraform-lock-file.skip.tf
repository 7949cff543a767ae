locals {
  name = "nothing to lock"
}
