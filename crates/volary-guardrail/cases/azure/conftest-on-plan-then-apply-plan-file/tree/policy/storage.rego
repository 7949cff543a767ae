package terraform.storage

import rego.v1

deny contains msg if {
	change := input.resource_changes[_]
	change.type == "azurerm_storage_account"
	change.change.after.min_tls_version != "TLS1_2"
	msg := sprintf("%s must require TLS 1.2", [change.address])
}
