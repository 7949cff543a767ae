resource "azurerm_role_assignment" "deploy" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000000"
  role_definition_name = "Owner" # ! azure-role-assignment-subscription-owner
  principal_id         = "11111111-1111-1111-1111-111111111111"
}
