variable "actions" {
  type = list(string)
}

resource "azurerm_role_definition" "operator" {
  name        = "vm-operator"
  scope       = "/subscriptions/00000000-0000-0000-0000-000000000000"
  description = "Starts and stops machines"

  permissions {
    actions     = var.actions
    not_actions = []
  }

  assignable_scopes = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
}
