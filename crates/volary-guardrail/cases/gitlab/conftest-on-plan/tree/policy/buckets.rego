package buckets

import rego.v1

deny contains msg if {
	some r in input.resource_changes
	r.type == "google_storage_bucket"
	not r.change.after.uniform_bucket_level_access
	msg := sprintf("%s: uniform access must be on", [r.address])
}
