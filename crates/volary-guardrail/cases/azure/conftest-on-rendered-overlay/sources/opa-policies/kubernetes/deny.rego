package main

import rego.v1

deny contains msg if {
	input.kind == "CronJob"
	container := input.spec.jobTemplate.spec.template.spec.containers[_]
	endswith(container.image, ":latest")
	msg := sprintf("%s uses latest", [container.name])
}
