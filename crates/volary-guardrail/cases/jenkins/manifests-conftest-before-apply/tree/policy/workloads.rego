package main

import rego.v1

deny contains msg if {
  input.kind == "Deployment"
  some c in input.spec.template.spec.containers
  not c.resources.limits.memory
  msg := sprintf("%s: container %s has no memory limit", [input.metadata.name, c.name])
}

deny contains msg if {
  input.kind == "Deployment"
  input.spec.template.spec.hostNetwork
  msg := sprintf("%s: hostNetwork is not allowed", [input.metadata.name])
}
