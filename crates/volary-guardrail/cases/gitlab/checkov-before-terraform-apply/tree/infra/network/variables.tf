variable "flow_log_bucket" {
  type = string
}
