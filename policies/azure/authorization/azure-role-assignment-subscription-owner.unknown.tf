variable "scope" {
  type = string
}

resource "azurerm_role_assignment" "deploy" {
  scope                = var.scope
  role_definition_name = "Owner"
  principal_id         = "11111111-1111-1111-1111-111111111111"
}
