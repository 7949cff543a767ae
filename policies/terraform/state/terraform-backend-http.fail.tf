terraform {
  backend "http" {
    address = "http://state.example.com/main" # ! terraform-backend-http
  }
}
